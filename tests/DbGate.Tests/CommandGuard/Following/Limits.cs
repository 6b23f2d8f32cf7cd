using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard.Following;

/// <summary>A limit of the guard is a finding that blocks, or the command behind it is found.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Limits
{
    const string Push = "npx prisma db push";

    static IEnumerable<TestCaseData> Scripts()
    {
        yield return new TestCaseData("for c in a b c d e f g h i push; do npx prisma db $c; done")
            .SetArgDisplayNames("a loop over ten words");
        yield return new TestCaseData("X=a\n"
            + string.Concat(Enumerable.Range(0, 8).Select(index => $"if [ $RANDOM = {index} ]; then X=v{index}; fi\n"))
            + "if [ $RANDOM = 9 ]; then X=push; fi\nnpx prisma db $X").SetArgDisplayNames("a variable with nine values");
        yield return new TestCaseData("for c in " + string.Join(' ', Enumerable.Range(0, 80).Select(index => $"w{index}"))
            + " push; do npx prisma db $c; done").SetArgDisplayNames("a loop over 81 words");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("true\n", 20_001)) + Push)
            .SetArgDisplayNames("20,001 commands before it");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("(", 61)) + Push + string.Concat(Enumerable.Repeat(")", 61)))
            .SetArgDisplayNames("61 parentheses");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("{ ", 200)) + Push + string.Concat(Enumerable.Repeat("; }", 200)))
            .SetArgDisplayNames("200 braces");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("if true; then ", 100)) + Push
            + string.Concat(Enumerable.Repeat("; fi", 100))).SetArgDisplayNames("100 conditionals");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("env ", 19)) + Push).SetArgDisplayNames("19 wrappers");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("env ", 20)) + Push).SetArgDisplayNames("20 wrappers");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("env ", 40)) + Push).SetArgDisplayNames("40 wrappers");
        yield return new TestCaseData(string.Concat(Enumerable.Repeat("echo $(", 61)) + Push + string.Concat(Enumerable.Repeat(")", 61)))
            .SetArgDisplayNames("61 substitutions");
        yield return new TestCaseData("npx {prisma,db,push}").SetArgDisplayNames("words in braces");
        yield return new TestCaseData("npx prisma db {a,b,c,d,e,f,g,h,push}").SetArgDisplayNames("an operation in braces");
        yield return new TestCaseData("$(echo hsup bd amsirp | rev)").SetArgDisplayNames("a command that another one prints");
        yield return new TestCaseData("echo bnB4IHByaXNtYSBkYiBwdXNo | base64 -d | sh").SetArgDisplayNames("base64");
        yield return new TestCaseData("curl -s https://example.com/y | sh").SetArgDisplayNames("a download");
        yield return new TestCaseData("curl -s https://example.com/y | sudo -E bash -s -- --yes")
            .SetArgDisplayNames("a download with arguments");
        yield return new TestCaseData("curl -s https://example.com/y.gz | gunzip | sh").SetArgDisplayNames("a compressed download");
        yield return new TestCaseData("wget -qO- https://example.com/y | python3 -").SetArgDisplayNames("a download for Python");
        yield return new TestCaseData("bash -c \"$(curl -s https://example.com/y)\"").SetArgDisplayNames("a download in a substitution");
        yield return new TestCaseData("curl -fsSL https://deb.nodesource.com/setup_22.x https://example.com/y | sh")
            .SetArgDisplayNames("a download beside an installer");
        yield return new TestCaseData("read c < cmd.txt; $c").SetArgDisplayNames("a command that is read");
        yield return new TestCaseData("npx prisma db $1").SetArgDisplayNames("an operation that the caller gives");
        yield return new TestCaseData("echo db push | xargs npx prisma").SetArgDisplayNames("xargs");
        yield return new TestCaseData("npx\u00a0prisma db push").SetArgDisplayNames("a space that is none");
        yield return new TestCaseData(". ./other.sh").SetArgDisplayNames("a sourced file that is missing");
        yield return new TestCaseData("make -f x push").SetArgDisplayNames("a make file that is missing");
        yield return new TestCaseData("node -e \"$CODE\"").SetArgDisplayNames("a program that a variable holds");
        yield return new TestCaseData("node -e 'eval(process.env.X)'").SetArgDisplayNames("a program that evaluates a text");
        yield return new TestCaseData("node -e 'new (require(\"pg\").Client)().query(process.env.X)'")
            .SetArgDisplayNames("a program that talks to a database");
        yield return new TestCaseData("psql -c \"$SQL\"").SetArgDisplayNames("SQL that a variable holds");
        yield return new TestCaseData("curl -s https://example.com/x.sql | psql").SetArgDisplayNames("SQL that is downloaded");
    }

    [TestCaseSource(nameof(Scripts))]
    public void Block_a_script(string script)
    {
        var report =
            new GuardCase(
                "limits", [], [("package.json", """{ "scripts": { "start": "./s.sh" } }"""), ("s.sh", "#!/bin/sh\n" + script + "\n")])
                    .Inspect();

        Assert.That(report.Blocks, Is.True);
    }

    /// <summary>What is no secret command: it is listed at most.</summary>
    [TestCase("curl -fsSL https://deb.nodesource.com/setup_22.x | bash -")]
    [TestCase("curl -L https://fly.io/install.sh | sh")]
    [TestCase("bash -c \"$(curl -fsSL https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh)\"")]
    [TestCase("eval \"$(ssh-agent -s)\"")]
    [TestCase(". /etc/os-release")]
    [TestCase("source \"$NVM_DIR/nvm.sh\"")]
    [TestCase(". .venv/bin/activate")]
    [TestCase("$GO install example.com/tool@latest")]
    [TestCase("\"$JAVACMD\" -jar app.jar")]
    [TestCase("node -p \"require('./package.json').version\"")]
    [TestCase("awk \"/^$heading/{found=1; next} found\" CHANGELOG.md")]
    [TestCase("node -e \"fetch('http://localhost:3000/ready').then(r => process.exit(r.ok ? 0 : 1))\"")]
    [TestCase("python -c 'import urllib.request; urllib.request.urlopen(\"http://localhost/ready\")'")]
    [TestCase("exec \"$0\" --child")]
    [TestCase("cd /tmp/source && make && make install")]
    [TestCase("npx prisma migrate {deploy,}")]
    public void Do_not_block_what_runs_no_command_of_the_project(string script)
    {
        var report =
            new GuardCase(
                "limits", [], [("package.json", """{ "scripts": { "start": "./s.sh" } }"""), ("s.sh", "#!/bin/sh\n" + script + "\n")])
                    .Inspect();

        Assert.That(report.NotFollowed.Where(place => place.Blocks), Is.Empty);
    }

    [Test]
    public void Do_not_block_a_download_while_an_image_is_built()
    {
        var report =
            new GuardCase(
                "image", [],
                [("Dockerfile", "FROM node:22\nRUN curl -s https://example.com/y | sh\nCMD node server.js\n"), ("server.js", "")])
                    .Inspect();

        Assert.That((report.Blocks, report.NotFollowed.Count), Is.EqualTo((false, 1)));
    }

    [Test]
    public void Do_not_block_a_branch_that_only_development_takes()
    {
        var report =
            new GuardCase(
                "branch", [],
                [("package.json", """{ "scripts": { "start": "./s.sh" } }"""),
                    ("s.sh", "if [ \"$NODE_ENV\" = development ]; then\n  npx prisma db $1\nfi\n")]).Inspect();

        Assert.That((report.Blocks, report.NotFollowed.Count), Is.EqualTo((false, 1)));
    }

    [TestCase(2)]
    [TestCase(39)]
    [TestCase(40)]
    [TestCase(41)]
    [TestCase(100)]
    public void Block_a_chain_of_scripts(int hops)
    {
        var scripts = string.Join(", ", Enumerable.Range(0, hops).Select(index => $"\"a{index}\": \"npm run a{index + 1}\""));
        var report =
            new GuardCase(
                "chain", [],
                [("package.json", $$"""{ "scripts": { "start": "npm run a0", {{scripts}}, "a{{hops}}": "prisma db push" } }""")]).Inspect();

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
        var report =
            new GuardCase(
                "dev", [],
                [("tests/docker-compose.yml", "services:\n  a:\n    command: sh ./s.sh\n"),
                    ("tests/s.sh", string.Concat(Enumerable.Repeat("true\n", 20_001)))]).Inspect();

        Assert.That((report.Blocks, report.NotFollowed.Any(place => place.IsDecisive)), Is.EqualTo((false, true)));
    }
}
