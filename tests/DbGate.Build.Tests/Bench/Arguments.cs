using DbGate.Bench;

namespace DbGate.Build.Tests.Bench;

[Parallelizable(ParallelScope.All)]
public sealed class Arguments
{
    [Test]
    public void Name_a_suite() => Assert.That(BenchArguments.Parse(["--suite=start"]), Is.EqualTo(new BenchArguments("start", new(5, 1))));

    [Test]
    public void Choose_runs_and_size() =>
        Assert.That(
            BenchArguments.Parse(["--runs=3", "--suite=guard", "--scale=0.5"]), Is.EqualTo(new BenchArguments("guard", new(3, 0.5))));

    [TestCase("--suite=start", "--runs=many")]
    [TestCase("--suite=start", "--runs=0")]
    [TestCase("--suite=start", "--scale=-1")]
    [TestCase("--suite=start", "--speed=2")]
    [TestCase("--runs=5")]
    public void Are_refused(params string[] arguments) => Assert.That(BenchArguments.Parse(arguments), Is.Null);
}
