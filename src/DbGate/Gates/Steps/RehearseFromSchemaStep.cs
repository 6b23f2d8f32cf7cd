using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>
/// Rehearses the migrations that are new since the repository's history, without production: <c>rehearse --from-schema</c>. It leaves no
/// evidence and nothing that a plan could use.
/// </summary>
sealed class RehearseFromSchemaStep : IStep
{
    static readonly string[] NotSeen =
    [
        "what data is lost: the rows are made up, so there is no receipt",
        "times on production's amount of data, and failures on its data",
        "the rights and settings of production's deploy role: the role owns the scratch database and is no superuser",
        "drift: production was not read",
    ];

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("rehearse") with
    {
        DryRun = "apply the repository's released migrations to an empty throwaway server, make up rows, and run the new migrations "
            + "there; contact no target",
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var project = MigrationProject.Locate(context.Settings);
        var folder = project.ReadFolder();
        var rules = EngineRules.From(context.Settings, project);
        var mode = context.Settings.Get(RehearsalSettings.Mode);
        var code = folder.Migrations.FirstOrDefault(one => !one.HasSql);
        var byCommand = rules.Engine != DeployEngineKind.Direct
            && (mode == RehearsalMode.Command || (mode == RehearsalMode.Auto && code is not null));
        if (code is not null && !byCommand)
        {
            throw new GateException(ToolProblems.NotJudged(
                folder.Tool, $"what {code.Name} does", $"it is code of {folder.Tool.Facts.Name}, and its SQL is not read",
                "Set migrations.rehearsal to auto or command"));
        }

        using var bar = context.Services.Progress.Begin("rehearse on the repository's history", null);
        await using var scratch = await SchemaScratch.CreateAsync(context, project, byCommand, cancellationToken);
        if (scratch.Pending.Count == 0)
        {
            return new StepResult { Summary = $"nothing is new since {scratch.Base.Words}", OnlyLooked = true };
        }

        var command = byCommand ? new RehearsedCommand(context, project, scratch.Pending) : null;
        var result = await SchemaRehearsal.RunAsync(context, scratch, project, command, cancellationToken);
        return Judge(scratch, result, command);
    }

    static StepResult Judge(SchemaScratch scratch, SchemaRehearsalResult result, RehearsedCommand? command)
    {
        var failed = FailedRehearsal.From(result.Report, result.Scripts);
        var measured = result.Report.Migrations.Select(Rehearsed.From).ToArray();
        var time = TextSanitizer.Duration(result.Report.Migrations.Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Time));
        return new StepResult
        {
            Summary = failed is null
                ? $"{measured.Length} new {(measured.Length == 1 ? "migration" : "migrations")} in {time} on the repository's history "
                    + "with made-up rows; no receipt"
                : $"{failed.Failure.Migration} fails on the repository's history with made-up rows",
            OnlyLooked = true,
            Facts =
            [
                new Fact("scratch", scratch.Place),
                new Fact("history", $"{scratch.History.Count} {(scratch.History.Count == 1 ? "migration" : "migrations")}"
                    + (scratch.Base.Commit is null ? $" ({scratch.Base.Words})" : $" of {scratch.Base.Words}")),
                new Fact("rows", $"{scratch.Rows.Rows} made up in {scratch.Rows.Tables} "
                    + (scratch.Rows.Tables == 1 ? "table" : "tables")),
                .. command is null ? Array.Empty<Fact>() : [new Fact("command", command.Command)],
                .. measured.SelectMany(migration =>
                    migration.Locks.Select(held => new Fact("lock", $"{held.Mode} on {held.Table} by {migration.Name}"))),
                .. measured.SelectMany(migration =>
                    migration.Rewritten.Select(table => new Fact("rewrite", $"{table} by {migration.Name}"))),
                .. result.Report.Effects.Select(effect => new Fact("object", effect.AsEffect())),
            ],
            Problems = [.. failed is null
                ? Array.Empty<Problem>()
                : [EvidenceProblems.FailsOnGeneratedRows(failed, result.Report.Failure!)]],
            NotChecked =
            [
                .. NotSeen,
                .. scratch.Rows.Empty.Select(table => $"locks of work on the rows of {table}: no made-up row was accepted"),
                .. scratch.Notes,
                .. result.Observed?.NotChecked ?? [],
            ],
        };
    }
}
