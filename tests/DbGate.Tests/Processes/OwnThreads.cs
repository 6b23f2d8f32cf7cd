using DbGate.Processes;

namespace DbGate.Tests.Processes;

[Platform("Linux")]
public sealed class OwnThreads
{
    internal const string Batch = "3";

    [Test]
    public async Task The_thread_works_in_long_stretches()
    {
        var policy = "";

        await DedicatedThread.RunAsync(() => policy = PolicyOf("thread-self"));

        Assert.That(policy, Is.EqualTo(Batch));
    }

    [Test]
    public async Task So_do_the_children_that_it_starts()
    {
        var policy = "";

        await DedicatedThread.RunAsync(() =>
        {
            using var child =
                System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cat") { RedirectStandardInput = true })!;
            policy = PolicyOf($"{child.Id}");
            child.StandardInput.Close();
            child.WaitForExit();
        });

        Assert.That(policy, Is.EqualTo(Batch));
    }

    [Test]
    public async Task Other_threads_stay_as_they_are()
    {
        await DedicatedThread.RunAsync(() => { });

        Assert.That(PolicyOf("self"), Is.Not.EqualTo(Batch));
    }

    [Test]
    public void What_it_throws_is_thrown_to_whoever_waits() =>
        Assert.That(async () => await DedicatedThread.RunAsync(() => throw new TimeoutException()), Throws.TypeOf<TimeoutException>());

    // proc(5): the 41st field; the second, the name in brackets, may hold spaces.
    internal static string PolicyOf(string process) => File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[41 - 3];
}
