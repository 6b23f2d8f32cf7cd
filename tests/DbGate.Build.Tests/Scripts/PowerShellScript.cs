namespace DbGate.Build.Tests.Scripts;

/// <summary>build.ps1 in a real PowerShell.</summary>
[Platform(Exclude = "Win")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class PowerShellScript : IDisposable
{
    readonly ScriptBench bench = new("build.ps1");

    [Test]
    public async Task Builds_at_the_first_call_and_after_a_change_only()
    {
        var first = await TypeAsync("--target=test");
        var second = await TypeAsync("--target=test");
        Assert.That((first.ExitCode, second.ExitCode, bench.Builds), Is.EqualTo((0, 0, 1)), first.Error + second.Error);
        Assert.That(first.Error, Does.Contain("build.ps1: building"));
        Assert.That(second.Error, Is.Empty);

        File.Delete(bench.Of("src/DbGate/Two.cs"));
        await TypeAsync("--target=test");
        Assert.That(bench.Builds, Is.EqualTo(2));
    }

    [Test]
    public async Task Passes_values_with_commas_and_other_letters_as_one_argument()
    {
        var run = await TypeAsync("--github-publish=check,status --target=stats '--name=my ü日 shop' '' --ids=1,2,3");
        Assert.That(
            run.Output,
            Does.Contain("argument <--github-publish=check,status>\nargument <--target=stats>\nargument <--name=my ü日 shop>\nargument <>\n"
                + "argument <--ids=1,2,3>\n"),
            run.Error);
    }

    [Test]
    public async Task Stays_in_the_folder_that_it_was_called_from()
    {
        var run = await TypeAsync();
        Assert.That(run.Output, Does.Contain($"in {bench.Folder}\n"), run.Error);
    }

    [Test]
    public async Task Passes_the_exit_code_through()
    {
        bench.Sdk("exit-code", "12");
        Assert.That((await TypeAsync()).ExitCode, Is.EqualTo(12));
    }

    [Test]
    public async Task Takes_the_stand_in_and_no_compiler_where_the_feed_lacks_both()
    {
        bench.Sdk("no-frosting");
        bench.Sdk("no-compiler");
        var run = await TypeAsync();
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Error, Does.Contain("the feed has no Cake.Frosting: build/frosting stands in for it"));
        Assert.That(bench.Calls("publish").Single(), Does.Contain("HostReadyToRun=false"));
        Assert.That(
            await File.ReadAllTextAsync(bench.Of("artifacts/frosting.props")),
            Does.Contain("<FrostingFromCakeTool>true</FrostingFromCakeTool>"));
    }

    [Test]
    public async Task Says_what_failed_when_nothing_restores()
    {
        bench.Sdk("no-network");
        var run = await TypeAsync();
        Assert.That(run.ExitCode, Is.EqualTo(20), run.Error);
        Assert.That(run.Error, Does.Contain("NU1301").And.Contain("build.ps1: restore failed").And.Contain("build.ps1: fix: "));
    }

    [Test]
    public async Task Shows_a_broken_build_and_runs_nothing()
    {
        bench.Sdk("broken");
        var run = await TypeAsync();
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "")), run.Error);
        Assert.That(run.Error, Does.Contain("error CS1002").And.Contain("build.ps1: the build failed"));
    }

    [Test]
    public async Task Builds_once_for_several_callers_and_keeps_three_builds()
    {
        var runs = await Task.WhenAll(TypeAsync(), TypeAsync());
        Assert.That(runs.Select(run => run.ExitCode), Is.All.Zero);
        Assert.That(bench.Builds, Is.EqualTo(1));

        foreach (var old in (string[])["1", "2", "3"])
        {
            Directory.CreateDirectory(bench.Of($"artifacts/host/app-{old}"));
        }

        bench.Write("src/DbGate/One.cs", "another text");
        await TypeAsync();
        Assert.That(Directory.GetDirectories(bench.Of("artifacts/host"), "app-*"), Has.Length.EqualTo(3));
    }

    /// <summary>
    /// Windows PowerShell 5.1 takes text without a byte-order mark for ANSI: the script has no other letters, and reads and writes no file
    /// by commands that have a default encoding.
    /// </summary>
    [Test]
    public async Task Depends_on_no_default_encoding()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Paths.Root.FullPath, "build.ps1"));
        Assert.That(text, Does.Match("^[\\x00-\\x7f]*$"));
        Assert.That(text, Does.Not.Match("(?i)Get-Content|Set-Content|Add-Content|Out-File|[ *]>{1,2} "));
    }

    async Task<ScriptRun> TypeAsync(string typed = "") => await bench.TypeAsync(await PowerShellProgram.RequireAsync(), typed);

    public void Dispose() => bench.Dispose();
}
