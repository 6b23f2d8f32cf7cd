using DbGate.Backups.Archive.Isal;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Scratch;
using DbGate.Targets;

namespace DbGate.Gates.Doctor;

/// <summary>What one look found.</summary>
sealed record Examination(IReadOnlyList<Fact> Facts, IReadOnlyList<Problem> Problems)
{
    public static Examination From(params IReadOnlyList<Fact> facts) => new(facts, []);
}

/// <summary>The looks of the doctor, in order. A new one is one line in <see cref="All"/>.</summary>
static class DoctorChecks
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    public static IReadOnlyList<Func<GateContext, CancellationToken, Task<Examination>>> All { get; } =
        [Project, Node, Engines, LocalServers, Compression, TheTarget, ProgramsForTarget, Approvers, ReleaseOutlook.LookAsync];

    static Task<Examination> Project(GateContext context, CancellationToken cancellationToken)
    {
        var project = MigrationProject.Locate(context.Settings);
        var folder = project.ReadFolder();
        return Task.FromResult(new Examination(
            [
                new Fact("project", context.Settings.Root),
                new Fact(project.Tool.Words.Fact(project).Name, project.Tool.Words.Fact(project).Value),
                new Fact("migrations", $"{folder.Migrations.Count} in {folder.Path}"),
            ],
            folder.Exists ? [] : [DoctorProblems.NoMigrations(folder.Path)]));
    }

    static async Task<Examination> Node(GateContext context, CancellationToken cancellationToken)
    {
        var version = await VersionAsync("node", "--version", cancellationToken);
        var project = MigrationProject.Locate(context.Settings);
        var command = context.Settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct
            || (project.Tool.Facts.Deploy is null && context.Settings.Find(MigrationSettings.Command) is null)
            ? ""
            : project.Command(context.Settings);
        var isNeeded = command.StartsWith("npx", StringComparison.Ordinal);
        return new Examination(
            isNeeded ? [new Fact("node", version ?? "not found")] : [],
            version is null && isNeeded ? [DoctorProblems.NoNode()]
            : isNeeded ? [.. project.Tool.ExamineInstallation(context.Settings.Root, command.Split(' '))]
            : []);
    }

    static async Task<Examination> Engines(GateContext context, CancellationToken cancellationToken)
    {
        var facts = new List<Fact>();
        var isNeeded = (await ServerBinaries.FindAllAsync(cancellationToken)).Count == 0;
        foreach (var (engine, version) in new[] { ("docker", "{{.ServerVersion}}"), ("podman", "{{.Version.Version}}") })
        {
            var (answer, trouble) = await ContainerEngines.AskAsync(engine, ["info", $"--format={version}"], cancellationToken);
            facts.AddRange(answer is { Length: > 0 }
                ? [new Fact(engine, $"engine {answer}")]
                : trouble is null || !isNeeded
                ? []
                : [new Fact(engine, trouble)]);
        }

        return Examination.From(facts.Count > 0 || !isNeeded
            ? facts
            : [new Fact("docker", "no engine (only needed where PostgreSQL's programs are missing)")]);
    }

    static async Task<Examination> LocalServers(GateContext context, CancellationToken cancellationToken) =>
        Examination.From(
            [.. (await ServerBinaries.FindAllAsync(cancellationToken))
                .Select(server => new Fact("postgres", $"{server.Version} in {server.Folder}"))]);

    static Task<Examination> Approvers(GateContext context, CancellationToken cancellationToken)
    {
        var policy = ApprovalPolicy.Read(context.Settings, context.Environment);
        return Task.FromResult(
            policy.Required == 0 || policy.Verified ? Examination.From()
            : Examination.From(
                new Fact(
                    "approvers",
                    "names are claimed, not verified; set approvals.production.verified to true in the policy file "
                    + "(docs/guides/plan.md)")));
    }

    static Task<Examination> Compression(GateContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Examination.From(new Fact(
        "compression",
        IsaL.IsUsable ? "ISA-L"
        : IsaL.Install is { } command ? $"zlib; {command} brings ISA-L, which makes backups of the same size in a quarter of the time"
        : "zlib")));

    static async Task<Examination> TheTarget(GateContext context, CancellationToken cancellationToken)
    {
        var target = context.Target;
        await using var connection = await DirectConnection.OpenAsync(target, cancellationToken);
        var facts = connection.Facts;
        return Examination.From(
            new Fact("target", $"{target.Url.Redacted} from {target.Source}"),
            new Fact(
                "server",
                $"PostgreSQL {facts.ServerVersion / 10000}.{facts.ServerVersion % 10000}, {facts.Encoding}, "
                    + $"{(facts.Encrypted ? facts.TlsVersion : "not encrypted")}"),
            new Fact(
                "host",
                facts.Service == HostedService.Unknown ? "self-managed, or not recognised" : $"{facts.Service}: see docs/guides/hosts.md"),
            new Fact(
                "role",
                $"{facts.Role}{(facts.IsSuperuser ? ", superuser" : "")}{(facts.BypassesRowSecurity ? ", bypasses row security" : "")}"));
    }

    static async Task<Examination> ProgramsForTarget(GateContext context, CancellationToken cancellationToken)
    {
        var session = await context.SessionAsync(cancellationToken);
        var (facts, problems) = (new List<Fact>(), new List<Problem>());
        foreach (var name in new[] { "pg_dump", "psql" })
        {
            try
            {
                var tool = await ClientTools.FindAsync(name, session.ServerMajor, cancellationToken);
                facts.Add(new Fact(name, $"{tool.Version} in {tool.Place}"));
                problems.AddRange(tool.Warning is { } warning ? [warning] : []);
            }
            catch (GateException exception)
            {
                problems.Add(exception.Problem);
            }
        }

        try
        {
            facts.Add(new Fact("scratch", await ScratchAsync(context, session.ServerMajor, cancellationToken)));
        }
        catch (GateException exception)
        {
            problems.Add(DoctorProblems.NoScratchServer(exception.Problem));
        }

        return new Examination(facts, problems);
    }

    /// <summary>Where a rehearsal or a restore test would take place.</summary>
    static async Task<string> ScratchAsync(GateContext context, int major, CancellationToken cancellationToken)
    {
        if (context.Settings.Find(DatabaseSettings.TestDatabaseUrl) is not null)
        {
            return "TEST_DATABASE_URL";
        }

        var source = await ThrowawaySource.FindAsync(major, cancellationToken);
        return $"a throwaway server {source.Version} from {source.Place}{(source.Shortcoming is { } why ? $": {why}" : "")}";
    }

    /// <summary>The first line that a program prints; null when it cannot be started or fails.</summary>
    static async Task<string?> VersionAsync(string program, string arguments, CancellationToken cancellationToken)
    {
        try
        {
            var outcome =
                await ChildProcess.RunAsync(new ChildCommand(program, arguments.Split(' ')) { Deadline = Timeout }, cancellationToken);
            return outcome.Succeeded && outcome.StandardOutput.Trim().Split('\n')[0] is { Length: > 0 } line ? line : null;
        }
        catch (GateException)
        {
            return null;
        }
    }
}
