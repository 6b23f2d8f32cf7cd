using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Gates;

[Parallelizable(ParallelScope.All)]
public sealed class ExitCodePrecedence
{
    static readonly ExitCode[] Order =
    [
        ExitCode.MigrationFailed, ExitCode.Cancelled, ExitCode.InternalFault, ExitCode.Usage, ExitCode.Stale, ExitCode.Locked,
        ExitCode.Credentials, ExitCode.Blocked, ExitCode.Environment,
    ];

    [Test]
    public void Knows_every_code() => Assert.That(Order, Is.EquivalentTo(Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Pass)));

    [Test]
    public void Lets_the_weightier_win_whatever_the_order([Range(0, 7)] int place)
    {
        var (stronger, weaker) = (Fake.Problem(code: Order[place]), Fake.Problem(code: Order[place + 1]));

        Assert.That(ExitCodes.From([stronger, weaker]), Is.EqualTo(Order[place]));
        Assert.That(ExitCodes.From([weaker, stronger]), Is.EqualTo(Order[place]));
    }

    [Test]
    public void Ignores_warnings() =>
        Assert.That(
            ExitCodes.From([Fake.Problem(code: ExitCode.MigrationFailed) with { Severity = Severity.Warning }, Fake.Problem()]),
            Is.EqualTo(ExitCode.Blocked));

    [Test]
    public void Has_the_numbers_of_the_contract() =>
        Assert.That(Enum.GetValues<ExitCode>().Select(code => (int)code), Is.EquivalentTo(new[] { 0, 1, 2, 10, 11, 12, 20, 21, 30, 130 }));
}
