using Cake.Core.Diagnostics;
using Cake.Frosting;
using DbGate.Frosting;
using DbGate.Problems;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Build.Tests.Frosting;

[TestFixture]
[NonParallelizable] // A host writes to the console and enters the working directory.
public sealed class GateHosts
{
    [Test]
    public void End_with_the_code_of_the_first_failure() => Assert.That(Run("--target=decided"), Is.EqualTo((int)ExitCode.Locked));

    [Test]
    public void End_with_0_when_all_holds() => Assert.That(Run("--target=first"), Is.EqualTo((int)ExitCode.Pass));

    [Test]
    public void End_with_usage_when_an_option_value_is_wrong() => Assert.That(Run("--verbosity=loud"), Is.EqualTo((int)ExitCode.Usage));

    [TestCase("--target=frist")]
    [TestCase("--target", "frist")]
    [TestCase("-t", "frist")]
    [TestCase("--target=first", "--target=no-such-task")]
    public void End_with_usage_when_a_target_is_unknown(params string[] args) => Assert.That(Run(args), Is.EqualTo((int)ExitCode.Usage));

    [Test]
    public void End_with_an_internal_fault_when_a_task_fails_without_a_code() =>
        Assert.That(Run("--target=failing"), Is.EqualTo((int)ExitCode.InternalFault));

    static int Run(params string[] args) => new CakeHost()
        .AddAssembly(typeof(GateHosts).Assembly)
        .UseContext<SampleContext>()
        .ConfigureServices(services => services.AddSingleton(new Journal()).AddSingleton<ICakeLog, NullLog>())
        .RunGates(args);
}
