using CsCheck;
using DbGate.CommandGuard;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Shell;

namespace DbGate.Tests.CommandGuard;

/// <summary>No input makes the guard throw, hang or recurse without end.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HostileInput
{
    static readonly string[] Pieces =
    [
        "npx", "prisma", "db", "push", "migrate", "reset", " ", "  ", "\n", "\r\n", "\t", "'", "\"", "`", "\\", "$", "${", "}", "$(", ")",
        "(", "((", "))", "{", "<<EOF", "EOF", "<<-'X'", "<<<", "|", "||", "&", "&&", ";", ";;", "#", "if", "then",
        "else", "fi", "case", "in", "esac", "for", "do", "done", "while", "function", "f()", "[[", "]]", "!", "=", "A=b", "$A", "$@", "$1",
        ":-", "@", "*", "?", "[", "]", "-", "--", "-c", "sh", "eval", "exec", "echo", "é", "\u0000", "\uFFFD", "😀",
        "FROM", "RUN", "CMD", "COPY", "ENTRYPOINT", "AS", "--from=0", "[\"sh\"", ",", ":", "- ", "&a ", "*a", ">", "%", "/*", "//", "`${",
        "execSync(", "spawn(\"npx\", [", "\"\"\"",
    ];

    static readonly Gen<string> Anything =
        Gen.OneOf(
            Pick.From(Pieces).Array[0, 60].Select(string.Concat), Gen.String[0, 200],
            Gen.Char.Array[0, 100].Select(letters => new string(letters)));

    [Test]
    public void Never_breaks_the_shell_reader() => Anything.Sample(text => ShellParser.Parse(text).Count >= 0, iter: 20_000);

    [Test]
    public void Never_breaks_a_verdict() =>
        Anything.Sample(text => Guard.Classify(text, "production").Environment == "production", iter: 20_000);

    [Test]
    public void Never_breaks_the_dockerfile_reader() =>
        Anything.Sample(text => DockerfileReader.Read("Dockerfile", text).Count >= 0, iter: 20_000);

    [Test]
    public void Never_breaks_the_program_scanner() =>
        Anything.Sample(
            text => ProgramScanner.Scan("child_process " + text, isPython: false).Commands.Count
                + ProgramScanner.Scan("subprocess " + text, isPython: true).Commands.Count >= 0, iter: 20_000);

    [Test]
    public void Never_breaks_the_data_readers() =>
        Anything.Sample(
            text => YamlReader.Read("x", text).Roots.Count + JsonReader.Read("x", text).Roots.Count
                + TomlReader.Read("x", text).Roots.Count >= 0, iter: 10_000);

    [Test]
    public void Never_breaks_the_target_readers() =>
        Anything.Sample(
            text => DbGate.CommandGuard.Resolving.MakeReader.Read("Makefile", text, _ => text).Count
                + DbGate.CommandGuard.Resolving.JustReader.Read("justfile", text).Count
                + FlatShell.ToShell(text, Language.PowerShell).Length >= 0, iter: 10_000);

    static IEnumerable<string> Openers =>
        ["$(", "${A:-", "(", "{ ", "if ", "`", "\"$(", "'", "\"", "((", "${{", "$((", "case x in ", "f() ", "[[ ", "<<A ", "$'", "!",
            "while ", "\\", "[", "{\"a\":", "[[[", "&a [", "- ", "a: {", "`${", "a = [", "execSync(", "\\\n", "FROM x AS y\n", "a:\n ",
            "X=(", ";;", "&&", "||", "|"];

    [TestCaseSource(nameof(Openers))]
    [CancelAfter(60_000)]
    public void Ends_on_a_long_line_of_one_opener(string opener)
    {
        var text = string.Concat(Enumerable.Repeat(opener, 300_000 / opener.Length));
        Assert.That(
            ShellParser.Parse(text).Count + DockerfileReader.Read("Dockerfile", text).Count
                + ProgramScanner.Scan("child_process " + text, isPython: false).Commands.Count + JsonReader.Read("x", text).Roots.Count,
            Is.GreaterThanOrEqualTo(0));
    }

    [TestCase("[")]
    [TestCase("{a: ")]
    [TestCase("- ")]
    [TestCase("a = [")]
    [TestCase("a.")]
    public void Ends_on_deep_nesting(string opener)
    {
        var text = string.Concat(Enumerable.Repeat(opener, 20_000));
        Assert.That(
            (YamlReader.Read("x", text).Fault, TomlReader.Read("x", "x = " + text).Fault), Is.Not.EqualTo(default((string?, string?))));
    }

    [Test]
    public void Takes_an_anchor_bomb_as_one_node_each()
    {
        var bomb =
            "a: &a [x, x]\n"
                + string.Concat(Enumerable.Range(0, 40)
                    .Select(level =>
                        $"b{level}: &b{level} [{string.Join(", ", Enumerable.Repeat(level == 0 ? "*a" : $"*b{level - 1}", 9))}]\n"));

        var report =
            new GuardCase(
                "bomb", [],
                [(".github/workflows/a.yml", bomb + "jobs: *b39\n"), (".gitlab-ci.yml", bomb + "job:\n  script: *b39\n"),
                    ("k8s/a.yaml", "apiVersion: v1\nkind: Pod\n" + bomb), ("docker-compose.yml", bomb)]).Inspect();

        Assert.That(report.Findings, Is.Empty);
    }

    [Test]
    public void Names_binary_files_and_reads_invalid_utf_8()
    {
        var root = Directory.CreateTempSubdirectory("dbgate-guard-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(root, "Dockerfile"), [0x46, 0x52, 0x4F, 0x4D, 0, 1, 2, 3]);
            File.WriteAllBytes(Path.Combine(root, "start.sh"), [.. "echo "u8, 0xFF, 0xC0, (byte)'\n', .. "npx prisma db push\n"u8]);
            var report = Guard.Inspect(new GuardRequest(root));

            Assert.That(
                (report.Unreadable.Single().Location.File, report.Unreadable.Single().IsEntrypoint,
                    report.Findings.Single().Path.ToString()), Is.EqualTo(("Dockerfile", true, "start.sh:2 npx prisma db push")));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    [Platform(Include = "Unix")]
    public void Follows_no_link_in_a_circle_nor_out_of_the_repository()
    {
        var outside = Directory.CreateTempSubdirectory("dbgate-guard-").FullName;
        var root = Directory.CreateTempSubdirectory("dbgate-guard-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(outside, "Procfile"), "web: npx prisma db push\n");
            Directory.CreateSymbolicLink(Path.Combine(root, "loop"), root);
            Directory.CreateSymbolicLink(Path.Combine(root, "outside"), outside);
            File.CreateSymbolicLink(Path.Combine(root, "Procfile"), Path.Combine(outside, "Procfile"));
            File.CreateSymbolicLink(Path.Combine(root, "Dockerfile"), Path.Combine(root, "Dockerfile"));
            File.CreateSymbolicLink(Path.Combine(root, "fly.toml"), "/dev/zero");
            var report = Guard.Inspect(new GuardRequest(root));

            Assert.That((report.Findings.Count, report.Unreadable.Count), Is.EqualTo((0, 3)));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
            Directory.Delete(outside, recursive: true);
        }
    }

    [Test]
    public void Ends_on_scripts_that_run_each_other_in_many_ways()
    {
        var files =
            Enumerable.Range(0, 30)
                .Select(index =>
                    ($"s{index}.sh", string.Concat(Enumerable.Range(0, 30).Select(other => $"./s{other}.sh\n. ./s{other}.sh\n"))))
                .Append(("start.sh", "./s0.sh\n"));

        Assert.That(new GuardCase("mesh", [], [.. files]).Inspect().Findings, Is.Empty);
    }
}
