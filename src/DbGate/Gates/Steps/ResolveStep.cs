using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Releases;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Resolving;
using DbGate.Targets;

namespace DbGate.Gates.Steps;

/// <summary>
/// Writes into the ledger what a person states about a migration that failed, was completed or was taken back by hand. The catalog must not
/// contradict it; what no catalog shows is confirmed with the database's name.
/// </summary>
sealed class ResolveStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("resolve") with
    {
        IsRecorded = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var claim = Claim.Read(context.Settings);
        var project = MigrationProject.Locate(context.Settings);
        var folder = project.ReadFolder();
        var url = context.Target.DirectUrl;
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        await using var deployLock = await AdvisoryLock.AcquireAsync(connection.Session, "deploy", cancellationToken);
        var ledger = await project.ReadLedgerAsync(connection.Session, url.Schema, cancellationToken);
        if (ledger.Refusal is { } refusal)
        {
            throw new GateException(refusal);
        }

        if (ledger.LockHolder is { } holder)
        {
            throw new GateException(MigrationProblems.ToolRuns(holder, project.Tool));
        }

        var status = MigrationStatus.Decide(folder, ledger);
        var changed = claim.In(status);
        var claimed = changed.Count > 0 ? changed : claim.WithoutRow(status, project.Tool);
        if (claimed.Count == 0)
        {
            return new StepResult { Summary = $"the ledger says already that {claim.Subject} is {claim.As}", OnlyLooked = true };
        }

        var statements = changed.SelectMany(entry => Statements(project, folder, ledger, entry, claim, url.Schema)).ToArray();
        await ReadCodeAsync(context, project, status, cancellationToken);
        var finding = await new ClaimComparison(context, connection.Session).RunAsync(claim, claimed, status, cancellationToken);
        if (finding.Verdict.Untrue.Count > 0)
        {
            throw new GateException(ResolveProblems.Untrue(claim, finding.Verdict.Untrue));
        }

        string[] unknown =
        [
            .. finding.Unknown,
            .. Invisible.From(claim, claimed, project.Tool, EngineRules.From(context.Settings, project)),
            .. finding.Verdict.Other.Select(text => $"drift: {text}"),
        ];
        if ((unknown.Length > 0 || context.IsProduction)
            && context.Settings.Get(TaskOptions.Confirm) != connection.Facts.DatabaseName)
        {
            throw new GateException(ResolveProblems.Unconfirmed(claim, connection.Facts.DatabaseName, unknown));
        }

        if (changed.Count > 0)
        {
            await WriteAsync(context, connection.Session, project, folder, claim, changed, statements, cancellationToken);
        }

        return new StepResult
        {
            Summary = changed.Count > 0
                ? $"{claim.Subject} is marked as {claim.As}"
                : $"nothing of {claim.Subject} is in the database, and the ledger has no row of it",
            OnlyLooked = changed.Count == 0,
            Facts =
            [
                .. claimed.Select(entry =>
                    new Fact(claim.As, entry.File?.Checksum is { } sha256 ? $"{entry.Name} (sha256 {sha256})" : entry.Name)),
                new Fact("before", string.Join(", ", claimed.Select(entry => $"{entry.Name} {entry.State}"))),
                .. finding.Place is { } place ? [new Fact("compared on", place)] : Array.Empty<Fact>(),
                .. unknown.Select(text => new Fact("confirmed without proof", text)),
            ],
            NotChecked = [.. unknown],
        };
    }

    static IReadOnlyList<string> Statements(
        MigrationProject project, MigrationFolder folder, Ledger ledger, MigrationEntry entry, Claim claim, string schema) =>
        project.Tool.Resolve(ledger.Table ?? project.Tool.DefaultTable(schema), folder, entry, claim.IsApplied)
            ?? throw new GateException(ResolveProblems.NotWritten(project.Tool, entry.Name, "its rows do not describe single migrations"));

    /// <summary>Has the tool print the SQL of migrations that are code, where it can.</summary>
    static async Task ReadCodeAsync(
        GateContext context, MigrationProject project, MigrationStatus status, CancellationToken cancellationToken)
    {
        Migration[] files = [.. status.Entries.Select(entry => entry.File).OfType<Migration>()];
        if (files.Any(file => !file.HasSql))
        {
            await project.Tool.ReadSqlAsync(
                project.Command(context.Settings), project.Root, context.Target.DirectUrl, files, cancellationToken);
        }
    }

    /// <summary>In one transaction, which also reads the ledger again: what was written must mean what was claimed.</summary>
    static async Task WriteAsync(
        GateContext context, Session asking, MigrationProject project, MigrationFolder folder, Claim claim,
        IReadOnlyList<MigrationEntry> claimed, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        await using var gate = await ReleaseGate.OpenAsync(asking, context.Clock, cancellationToken);
        await using var session = await Session.OpenAsync(gate.Url, null, cancellationToken);
        await session.ExecuteAsync("begin", cancellationToken);
        await session.ExecuteAsync("set local lock_timeout = '5s'", cancellationToken);
        try
        {
            foreach (var statement in statements)
            {
                await session.ExecuteAsync(statement, cancellationToken);
            }
        }
        catch (PostgresFault fault)
        {
            throw new GateException(ResolveProblems.NotWritten(project.Tool, claim.Subject, fault.MessageText), fault);
        }

        var after = MigrationStatus.Decide(
            folder, await project.ReadLedgerAsync(session, context.Target.DirectUrl.Schema, cancellationToken));
        foreach (var entry in claimed)
        {
            var now = after.Entries.FirstOrDefault(one => one.Name == entry.Name);
            if (now is null ? claim.IsApplied : !claim.Holds(now))
            {
                throw new GateException(ResolveProblems.NotWritten(
                    project.Tool, entry.Name, $"the ledger would show it as {now?.State.ToString() ?? "absent"}"));
            }
        }

        await session.ExecuteAsync("commit", cancellationToken);
    }
}
