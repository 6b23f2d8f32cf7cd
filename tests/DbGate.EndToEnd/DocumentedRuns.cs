using System.Text.RegularExpressions;

namespace DbGate.EndToEnd;

/// <summary>What comes of each command of the README and of docs/guides.</summary>
public sealed partial class DocumentedRuns
{
    const string Production = "--environment=production";

    /// <summary>Quick ones.</summary>
    internal static IReadOnlyList<DocumentedRun> InCi { get; } =
    [
        new("dbgate init", 0) { Shows = "left as it is" },
        new("dbgate doctor", 2) { Shows = "DBG0005" }, // development has no database here
        new($"dbgate doctor {Production}", 0),
        new($"dbgate stats {Production} --json", 0) { Shows = "{\"sizeBytes\":" },
        new("dbgate explain", 2) { Shows = "DBG0076" },
        new("dbgate explain DBG0401", 0) { Shows = "DBG0401: A production path reaches a destructive command" },
        new("dbgate explain DBG0401 DBG0502", 0) { Shows = "DBG0502" },
        new("dbgate --version", 0),
        new("dbgate --help", 0) { Shows = "backup-first" },
        new("dbgate help release", 0) { Shows = "--plan" },
        new("dbgate release --help", 0) { Shows = "--plan" },
        new("dbgate completion bash", 0) { Shows = "complete" },
        new("dbgate completion zsh", 0) { Shows = "compdef" },
        new("dbgate completion fish", 0) { Shows = "complete -c dbgate" },
        new("dbgate completion powershell", 0) { Shows = "Register-ArgumentCompleter" },
        new("dbgate guard --hook", 0)
        {
            Input = """{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls"}}""",
        },
    ];

    /// <summary>Those that work on the database, in an order in which each finds what it needs.</summary>
    internal static IReadOnlyList<DocumentedRun> Nightly { get; } =
    [
        new($"dbgate forbid-db-push {Production}", 0),
        new($"dbgate guard --command=\"…\" {Production}", 10) { Filled = Command("npx prisma db push"), Shows = "DBG0404" },
        new("dbgate guard --command=\"…\" --identify", 10) { Filled = Command("npx prisma db push"), Shows = "DBG04" },
        new("dbgate init --agents", 0),
        new($"dbgate backup {Production}", 0),
        new($"dbgate restore-test {Production}", 0),
        new($"dbgate release {Production}", 0) { Shows = "nothing is pending" },
        new($"dbgate compatibility {Production}", 0),
        new("dbgate rehearse --from-schema", 0),
        new("dbgate compatibility --from-schema", 0),
        new("dbgate fleet --fleet-list=.github/dbgate-fleet", 0) { Shows = "EU_1", Before = WriteFleetAsync },
        new("dbgate aggregate --fleet-list=.github/dbgate-fleet --fleet-reports=reports", 0) { Before = WriteFleetAsync },
        new("dbgate aggregate --fleet-list=/fleet/fleet --fleet-reports=/reports", 0)
        {
            Before = WriteFleetAsync,
            Filled = new Dictionary<string, string> { ["/fleet/fleet"] = ".github/dbgate-fleet", ["/reports"] = "reports" },
        },
        new($"dbgate protect {Production} --print-sql", 0) { Shows = "protect.sql" },
        new($"dbgate protect {Production}", 0),
        new($"dbgate protect {Production} --verify", 0),
        new($"dbgate protect {Production} --protection-tripwire-tables=Wallet,WalletLedgerEntry", 0),
        new($"dbgate unprotect {Production} --confirm=<database>", 0),
        new(
            $"dbgate protect {Production} --protection-mode=roles --protection-runtime-role=app --protection-deploy-role=deployer "
                + "--print-sql", 0)
        {
            Shows = "protect.sql", Before = CreateRolesAsync,
        },
        new($"dbgate backup {Production} --accept-new-database", 0),
        new($"dbgate restore {Production} --backup=shop_production_20261122_060000.sql.gz", 0) { Answers = ["RESTORE_PRODUCTION"] },

        // Outside of GitHub there is nothing to read, and nothing to answer.
        new($"dbgate github-approvals {Production} --plan=<digest>", 2, 10) { Shows = "DBG09" },
        new($"dbgate forbid-db-push production-safety {Production} --github-protection-event=event.json", 0),
    ];

    /// <summary>Commands that another test runs.</summary>
    static readonly (string Command, string Test)[] Elsewhere =
    [
        ("dbgate setup", "FirstSteps.WalkAsync"),
        ("dbgate approve …", "FirstSteps.WalkAsync"),
        ("dbgate release …", "FirstSteps.WalkAsync"),
        ($"dbgate approve {Production} --plan=<digest>.*", "FirstSteps.WalkAsync"),
        ($"dbgate release {Production} --plan=<digest>", "FirstSteps.WalkAsync"),
        ("dbgate serve --project=/app", "Sidecars.Answers_for_a_project_and_stops_when_asked"),
        ("dbgate resolve --migration=<migration> --as=rolled-back",
            "CommandsToPaste.Without_Prisma_resolve_it_as_rolled_back_or_as_applied"),
        ("dbgate split( --migration=.*)?", "SplitMigrations.Are_written_for_Prisma_and_the_original_waits_where_no_tool_finds_it"),
        ("dbgate demo", "ReadmePictures.Show_what_the_demo_prints"),
        ("dbgate (test|site|pack|image|bench)( .*)?", "the build of this repository"),
        ("dbgate (<task>|tool).*", "a template"),
    ];

    static IEnumerable<string> Documented => PageCommands.Guides.SelectMany(PageCommands.Of).Select(PageCommands.OfTool)
        .Select(command => Blanks().Replace(command, " "))
        .Where(command => !NotACommand.Any(command.Contains))
        .Distinct();

    /// <summary>An option of gcloud that ends in our name, and a sentence in a comment.</summary>
    static readonly string[] NotACommand = ["--issuer-uri", "dbgate and the release's"];

    [Test]
    public void Cover_every_command_of_the_README_and_the_guides() =>
        Assert.That(
            Documented.Where(command => !InCi.Concat(Nightly).Any(run => run.Command == command)
                && !Elsewhere.Any(one => Regex.IsMatch(command, $"^{one.Command}$"))),
            Is.Empty);

    [Test]
    public void Are_of_commands_that_are_documented() =>
        Assert.That(InCi.Concat(Nightly).Select(run => run.Command).Except(Documented), Is.Empty);

    static Dictionary<string, string> Command(string line) => new() { ["…"] = line };

    static Task CreateRolesAsync(NewcomerProject project) => project.Database.ExecuteAsync(
        "DO $$ BEGIN CREATE ROLE app LOGIN; CREATE ROLE deployer LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");

    static Task WriteFleetAsync(NewcomerProject project)
    {
        project.Write(".github/dbgate-fleet", "EU_1\n");
        var passed = Directory.GetDirectories(Path.Combine(project.Folder, "artifacts", "dbgate"), "*_production")
            .Order(StringComparer.Ordinal)
            .Select(folder => File.ReadAllText(Path.Combine(folder, "report.json")))
            .Last(report => report.Contains("\"verdict\": \"pass\"", StringComparison.Ordinal));
        project.Write("reports/EU_1/1/report.json", passed);
        return Task.CompletedTask;
    }

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
