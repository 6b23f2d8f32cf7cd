using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard;

/// <summary>Commands in texts with a delimiter of the author's choice, and in argument lists without parentheses.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class QuotedPrograms
{
    [TestCase("ruby -e 'exec %q(npx prisma db push)'")]
    [TestCase("ruby -e 'system %Q[npx prisma db push]'")]
    [TestCase("ruby -e 'exec %(npx prisma db push)'")]
    [TestCase("ruby -e '%x(npx prisma db push)'")]
    [TestCase("ruby -e 'system(%q{npx prisma db push})'")]
    [TestCase("ruby -e 'system \"npx\", \"prisma\", \"db\", \"push\"'")]
    [TestCase("perl -e 'system q(npx prisma db push)'")]
    [TestCase("perl -e 'exec qw(npx prisma db push)'")]
    [TestCase("perl -e 'print qx{npx prisma db push}'")]
    [TestCase("perl -e 'system qq|npx prisma db push|'")]
    [TestCase("perl -e 'exec \"npx\", \"prisma\", \"db\", \"push\"'")]
    public void Are_followed(string command) =>
        Assert.That(Guard.Classify(command, "production").Class, Is.EqualTo(CommandClass.Destructive));

    [TestCase("ruby -e 'puts %q(hello)'")]
    [TestCase("ruby -e 'puts 7 % (3)'")]
    [TestCase("perl -e 'my %q = (q => 1); print $q{q}'")]
    public void Say_nothing_where_nothing_runs(string command) =>
        Assert.That(Guard.Classify(command, "production").Blocks, Is.False);
}
