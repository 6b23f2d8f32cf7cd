using DbGate.Backups;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Texts;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Releases.Deploys;

/// <summary>
/// What the evidence log knows and the ledger of a tool does not: the SHA-256 of every file as it was deployed, so that an edit is found,
/// and whether the last deploy ended.
/// </summary>
static class RecordedFiles
{
    const string Kind = "migration-files";
    const string DatabaseFact = "database";
    const string Deploy = "migrate-deploy";

    /// <summary>Problems after which a part of a migration may be in the database.</summary>
    static readonly string[] Unknown = ["DBG0502", "DBG0504", "DBG0505"];

    /// <summary>Records the files of all applied migrations; nothing for a tool whose ledger stores a checksum.</summary>
    /// <returns>The problem when it could not be written.</returns>
    public static async Task<Problem?> WriteAsync(
        GateContext context, TargetIdentity identity, MigrationFolder folder, MigrationStatus after)
    {
        if (folder.Tool.Facts.Checksum is not null || !EvidenceWriter.IsOn(context))
        {
            return null;
        }

        Fact[] files = [.. Applied(after).Select(entry => new Fact(entry.Name, entry.File!.Checksum!))];
        return await EvidenceWriter.EndAsync(
            context,
            new StepDescriptor(Kind, ""),
            new StepResult { Summary = $"{TextSanitizer.Count(files.Length, "file", "files")} as deployed",
                Facts = [new Fact(DatabaseFact, NameOf(identity)), .. files] });
    }

    /// <summary>Compares the files with the record of the last deploy, and looks whether that deploy ended.</summary>
    /// <exception cref="GateException">The store cannot be read.</exception>
    public static async Task<IReadOnlyList<Problem>> FindAsync(
        GateContext context, TargetIdentity identity, MigrationFolder folder, MigrationStatus status, CancellationToken cancellationToken)
    {
        if (!EvidenceWriter.IsOn(context) || folder.Tool.Facts is { Checksum: not null, RecordsFailures: true })
        {
            return [];
        }

        var problems = new List<Problem>();
        var (seeksFiles, seeksDeploy) =
            (folder.Tool.Facts.Checksum is null && Applied(status).Any(), !folder.Tool.Facts.RecordsFailures && status.Pending.Any());
        var (environment, target) = (context.Environment.ToString().ToLowerInvariant(), context.Target.Url.Redacted);
        using var key = BackupRequests.Key(context.Settings);
        await foreach (var stored in EvidenceWriter.LogOf(context).ReadNewestAsync(int.MaxValue, cancellationToken))
        {
            if (!seeksFiles && !seeksDeploy)
            {
                break;
            }

            if ((key is not null && stored.File.Check(key) is not SignatureState.Valid)
                || EvidenceHistory.TryRead(stored) is not { } record
                || record.Environment != environment)
            {
                continue;
            }

            if (seeksFiles && record.Kind == Kind && record.Facts.Any(fact => fact.Name == DatabaseFact && fact.Value == NameOf(identity)))
            {
                problems.AddRange(Edited(status, record, folder));
                seeksFiles = false;
            }
            else if (seeksDeploy
                && record.Kind == Deploy
                && record.Target == target
                && (record.Outcome != Outcomes.Blocked || IsUnknown(record)))
            {
                problems.AddRange(record.Outcome == Outcomes.Passed
                    ? []
                    : [Ended(context, folder, record, status.Pending.First().Name)]);
                seeksDeploy = false;
            }
        }

        return problems;
    }

    static Problem Ended(GateContext context, MigrationFolder folder, EvidenceRecord record, string first) =>
        MigrationProblems.NotEnded(
            folder.Tool, record.At, record.Outcome == Outcomes.Began, first,
            ResolveCommand.For(context.Environment, [first], ResolveCommand.RolledBack));

    static bool IsUnknown(EvidenceRecord record) =>
        record.Problems.Any(problem => Unknown.Any(code => problem.StartsWith(code, StringComparison.Ordinal)));

    static IEnumerable<Problem> Edited(MigrationStatus status, EvidenceRecord record, MigrationFolder folder)
    {
        var recorded =
            record.Facts.Where(fact => fact.Name != DatabaseFact)
                .DistinctBy(fact => fact.Name)
                .ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);
        return Applied(status).Where(entry => recorded.TryGetValue(entry.Name, out var was) && !entry.File!.Matches(was))
            .Select(entry => MigrationProblems.EditedSince(entry, folder.Tool, recorded[entry.Name], record.At));
    }

    static IEnumerable<MigrationEntry> Applied(MigrationStatus status) =>
        status.Entries.Where(entry => entry is { State: MigrationState.Applied or MigrationState.Claimed, File.Checksum: not null });

    static string NameOf(TargetIdentity identity) => $"{identity.SystemIdentifier}/{identity.DatabaseOid}";
}
