using CsCheck;
using DbGate.Problems;
using DbGate.Reports;

namespace DbGate.Tests.Problems;

/// <summary>A fix is data; each host writes its commands in its own spelling.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Fixes
{
    static readonly GateCommand Restore =
        FixCommand.Gate(
            "restore", ("environment", "production"), ("backup", "a b.sql.gz"), ("table", CommandArgument.Placeholder("schema.table")),
            "preview");

    static readonly ProgramCommand Psql =
        FixCommand.Run(
            "psql", CommandArgument.Variable("DATABASE_URL") with { ReplacedQuery = "sslmode=require" }, "-c", "select 'a' as \"b\"");

    [Test]
    public void Of_a_task_are_the_build_scripts() => Assert.That(
        CommandStyle.BuildScript.Line(Restore),
        Is.EqualTo("./build.sh --target=restore --environment=production --backup='a b.sql.gz' --table=<schema.table> --preview"));

    [Test]
    public void Of_a_task_are_the_tools() => Assert.That(
        CommandStyle.Tool.Line(Restore),
        Is.EqualTo("dbgate restore --environment=production --backup='a b.sql.gz' --table=<schema.table> --preview"));

    [Test]
    public void Of_a_task_with_a_target_of_its_own_are_MSBuilds()
    {
        Assert.That(
            CommandStyle.MSBuild.Line(FixCommand.Gate("release", ("environment", "production"))),
            Is.EqualTo("dotnet build -t:DbGateRelease -p:DbGateEnvironment=production"));
        Assert.That(CommandStyle.MSBuild.Line(Restore), Does.StartWith("dbgate restore "));
    }

    [Test]
    public void Of_a_program_quote_for_a_POSIX_shell() => Assert.That(
        CommandStyle.BuildScript.Line(Psql),
        Is.EqualTo("""psql "${DATABASE_URL%%\?*}?sslmode=require" -c "select 'a' as \"b\"" """.TrimEnd()));

    [Test]
    public void Of_a_program_quote_for_PowerShell() => Assert.That(
        (CommandStyle.BuildScript with { IsPowerShell = true }).Line(Psql),
        Is.EqualTo("""psql (($env:DATABASE_URL -split '\?')[0] + '?sslmode=require') -c 'select ''a'' as "b"'"""));

    [Test]
    public void Read_a_variable_out_of_the_file_that_holds_it() => Assert.That(
        CommandStyle.BuildScript.Line(
            FixCommand.Run("psql", CommandArgument.Variable("URL")) with { ReadFrom = new VariableFile("URL", ".env.production") }),
        Does.StartWith("URL=$(sed ").And.Contain(" .env.production ").And.EndWith("; psql \"$URL\""));

    [Test]
    public void Repeat_the_options_of_the_run_that_they_lack()
    {
        var scope = new CommandScope([("environment", "staging"), ("project", "../shop")]);
        Assert.That(
            new Fix("", Restore).For(scope).ToString(),
            Is.EqualTo(
                "./build.sh --target=restore --environment=production --backup='a b.sql.gz' --table=<schema.table> --preview "
                    + "--project=../shop"));
    }

    /// <summary>On the command line the same value is another rule, so an approved plan would be out of date.</summary>
    [Test]
    public void Leave_out_what_the_settings_give_anyway()
    {
        var scope = new CommandScope([("environment", "production")])
        {
            Implied = [("migrate-command", "dotnet ef database update --project=Shop"), ("engine", "direct")],
        };
        string Line(string name, string value) =>
            new Fix("", FixCommand.Gate("release", ("plan", "9"), (name, value))).For(scope).ToString();

        Assert.That(
            Line("migrate-command", "dotnet ef database update --project=Shop"),
            Is.EqualTo("./build.sh --target=release --plan=9 --environment=production"));
        Assert.That(Line("engine", "direct"), Does.Not.Contain("--engine"));
        Assert.That(Line("migrate-command", "./efbundle"), Does.Contain("--migrate-command=./efbundle"));
    }

    [Test]
    public void Name_the_project_by_its_whole_path_on_the_machine_of_the_run() => Assert.That(
        (CommandStyle.Tool with { Folder = "/srv/dbgate" }).Line(FixCommand.Gate("plan", ("project", "../shop"))),
        Is.EqualTo("dbgate plan --project=/srv/shop"));

    [TestCase("./build.sh --target=approve --by=<name> --accept-loss='a;b c'", typeof(GateCommand))]
    [TestCase("./build.sh --target=approve --by='<name>'", typeof(GateCommand))]
    [TestCase("# by hand", typeof(TextCommand))]
    [TestCase("pg_dump x | psql \"$DATABASE_URL\"", typeof(TextCommand))]
    [TestCase("./build.sh --target=plan; rm x", typeof(TextCommand))]
    [TestCase("echo ./build.sh --target=plan", typeof(TextCommand))]
    public void Of_a_stored_plan_are_read_back(string line, Type kind)
    {
        var command = FixCommand.FromLine(line);
        Assert.That(command, Is.TypeOf(kind));
        Assert.That(CommandStyle.BuildScript.Line(command), Is.EqualTo(line));
    }

    /// <summary>Whatever an option's value is, a shell gets it back in one piece.</summary>
    [Test]
    public void Keep_every_value_in_one_word() => Gen.String[Gen.Char["abc \"'\\$`;|&<>()#*?!~\t=é"], 1, 12].Sample(value =>
    {
        var line = CommandStyle.BuildScript.Line(FixCommand.Gate("plan", ("value", value)));
        return FixCommand.FromLine(line) is not GateCommand read
            || (read.Options[0].Value is { Kind: ArgumentKind.Literal } argument && argument.Text == value);
    });

    [Test]
    public void Are_fenced_in_Markdown_and_not_escaped()
    {
        var markdown = MarkdownReport.Render(WithFix(new Fix("Do *this*", FixCommand.Run("psql", "-c", "select * from \"_a_\""))));
        Assert.That(markdown, Does.Contain("- fix: Do \\*this\\*\n").And.Contain("```sh\npsql -c 'select * from \"_a_\"'\n```"));
    }

    [TestCase("run it again", "Run it again")]
    [TestCase("nothing: it is forgotten", "Nothing: it is forgotten")]
    [TestCase("percent-encode the password", "Percent-encode the password")]
    [TestCase("npx prisma migrate deploy", "npx prisma migrate deploy")]
    [TestCase("apt-get install postgresql", "apt-get install postgresql")]
    [TestCase("dbgate.json must be readable", "dbgate.json must be readable")]
    [TestCase("did you mean backup?", "did you mean backup?")]
    [TestCase("", "")]
    public void Begin_with_a_capital_letter_unless_they_are_a_command(string sentence, string shown)
    {
        Assert.That(new Fix(sentence).ToString(), Is.EqualTo(shown));
        Assert.That((new Fix("x") with { Sentence = sentence }).ToString(), Is.EqualTo(shown));
    }

    [Test]
    public void Without_a_command_are_the_sentence() => Assert.That(new Fix("Do it").ToString(), Is.EqualTo("Do it"));

    static DbGate.Releases.GateReport WithFix(Fix fix) => Reports.SampleReports.Passing with
    {
        Problems = [new Problem(new ProblemCode("DBG0001", "x", ExitCode.Usage), "m") { Fix = fix }],
    };
}
