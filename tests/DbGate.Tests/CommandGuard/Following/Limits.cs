using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard.Following;

/// <summary>A limit of the guard is a finding that blocks, or the command behind it is found.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Limits
{
    const string Push = "npx prisma db push";

    static IEnumerable<TestCaseData> Scripts()
    {
        yield return new TestCaseData("for c in a b c d e f g h i push; do npx prisma db $c; done").SetArgDisplayNames("a loop over ten words");
        yield return new TestCaseData("X=a\n" + string.Concat(Enumerable.Range(0, 8).Select(index => $"if [ $RANDOM = {index} ]; then X=v{index}; fi\n")) + "if [ $RANDOM = 9 ]; then X=push; fi\nnpx prisma db $X").SetArgDisplayNames("a variable with nine values");
        yield return new TestCaseData("for c in " + string.Join(' ', Enumerable.Range(0, 80).Select(index => $"w{index}")) + " push; do npx prisma db $c; done").SetArgDisplayNames("a loop over 81 words");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("true\n", 20_001)) + Push).SetArgDisplayNames("20,001 commands before it");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("(", 61)) + Push + string.Concat(Enumerable.Repeat(")", 61))).SetArgDisplayNames("61 parentheses");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("{ ", 200)) + Push + string.Concat(Enumerable.Repeat("; }", 200))).SetArgDisplayNames("200 braces");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("if true; then ", 100)) + Push + string.Concat(Enumerable.Repeat("; fi", 100))).SetArgDisplayNames("100 conditionals");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("env ", 19)) + Push).SetArgDisplayNames("19 wrappers");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("env ", 20)) + Push).SetArgDisplayNames("20 wrappers");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("env ", 40)) + Push).SetArgDisplayNames("40 wrappers");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("echo $(", 61)) + Push + string.Concat(Enumerable.Repeat(")", 61))).SetArgDisplayNames("61 substitutions");
        yield return new TestCaseData("npx {prisma,db,push}").SetArgDisplayNames("words in braces");
    }

    [TestCaseSource(nameof(Scripts))]
    public void Block_a_script(string script)
    {
        var report = new GuardCase("limits", [], [("package.json", """{ "scripts": { "start": "./s.sh" } }"""), ("s.sh", "#!/bin/sh\n" + script + "\n")]).Inspect();

        Assert.That(report.Blocks, Is.True);
    }

    [TestCase(2)]
    [TestCase(39)]
    [TestCase(40)]
    [TestCase(41)]
    [TestCase(100)]
    public void Block_a_chain_of_scripts(int hops)
    {
        var scripts = string.Join(", ", Enumerable.Range(0, hops).Select(index => $"\"a{index}\": \"npm run a{index + 1}\""));
        var report = new GuardCase("chain", [], [("package.json", $$"""{ "scripts": { "start": "npm run a0", {{scripts}}, "a{{hops}}": "prisma db push" } }""")]).Inspect();

        Assert.That(report.Blocks, Is.True);
    }

    [Test]
    public void Block_a_chain_of_targets()
    {
        var targets = string.Concat(Enumerable.Range(0, 60).Select(index => $"t{index}: t{index + 1}\n"));
        var report = new GuardCase("chain", [], [("Makefile", "deploy: t0\n" + targets + "t60:\n\tnpx prisma db push\n")]).Inspect();

        Assert.That(report.Blocks, Is.True);
    }

    [Test]
    public void Block_a_CI_file_that_is_larger_than_what_is_read()
    {
        var jobs = string.Concat(Enumerable.Range(0, 21_000).Select(index => $"j{index}: {{ x: y }}\n"));
        var report = new GuardCase("ci", [], [(".gitlab-ci.yml", jobs + "deploy:\n  script: npx prisma db push\n")]).Inspect();

        Assert.That(report.Blocks, Is.True);
    }

    [Test]
    public void Do_not_block_where_only_development_goes()
    {
        var report = new GuardCase("dev", [], [("tests/docker-compose.yml", "services:\n  a:\n    command: sh ./s.sh\n"), ("tests/s.sh", string.Concat(Enumerable.Repeat("true\n", 20_001)))]).Inspect();

        Assert.That((report.Blocks, report.NotFollowed.Any(place => place.IsDecisive)), Is.EqualTo((false, true)));
    }
}
