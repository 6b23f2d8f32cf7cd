using CsCheck;
using DbGate.Migrations.Deploy;
using DbGate.Problems;

namespace DbGate.Tests.Migrations.Deploy;

[Parallelizable(ParallelScope.All)]
public sealed class CommandLines
{
    [TestCase("npx --no-install prisma migrate deploy", new[] { "npx", "--no-install", "prisma", "migrate", "deploy" })]
    [TestCase("  a \t b  ", new[] { "a", "b" })]
    [TestCase("a \"b c\" 'd e'", new[] { "a", "b c", "d e" })]
    [TestCase("a --x=\"b c\"'d'", new[] { "a", "--x=b cd" })]
    [TestCase("a ''", new[] { "a", "" })]
    [TestCase("a '$HOME' \"b;c|d\"", new[] { "a", "$HOME", "b;c|d" })]
    [TestCase(@"C:\node\npx.cmd a", new[] { @"C:\node\npx.cmd", "a" })]
    public void Are_words(string command, string[] words) => Assert.That(CommandLineSplitter.Split(command), Is.EqualTo(words));

    [TestCase("./artifacts/efbundle", "/srv/shop/artifacts/efbundle")]
    [TestCase("tools/migrate", "/srv/shop/tools/migrate")]
    [TestCase("/usr/bin/psql", "/usr/bin/psql")]
    [TestCase("npx", "npx")]
    public void Begin_with_a_program_of_the_project_or_of_the_path(string word, string program) =>
        Assert.That(CommandLineSplitter.ProgramIn(word, "/srv/shop"), Is.EqualTo(program));

    [TestCase("")]
    [TestCase("   ")]
    [TestCase("a 'b")]
    [TestCase("a && b")]
    [TestCase("a; b")]
    [TestCase("a | tee log")]
    [TestCase("a > log")]
    [TestCase("a $DATABASE_URL")]
    [TestCase("a `b`")]
    [TestCase("a\nb")]
    public void That_need_a_shell_are_refused(string command) =>
        Assert.That(() => CommandLineSplitter.Split(command), Failure.From("DBG0501", problem => problem.Code.ExitCode == ExitCode.Usage));

    [Test]
    public void Never_fail_in_an_unexpected_way() =>
        Gen.String.Sample(text =>
        {
            try
            {
                return CommandLineSplitter.Split(text).Count > 0;
            }
            catch (GateException)
            {
                return true;
            }
        });
}
