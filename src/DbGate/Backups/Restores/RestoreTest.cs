using System.Globalization;
using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>
/// Proves a backup by restoring it: verified to the last byte first, loaded into a database of its own, and compared with the
/// manifest row by row. What was proved is written down next to the archive.
/// </summary>
static class RestoreTest
{
    /// <summary>Runs a restore test.</summary>
    /// <param name="request">Of what, and where.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it; no record is left.</param>
    /// <exception cref="GateException">
    /// DBG0320 to DBG0324: there is no backup that could be restored. DBG0701 to DBG0703, DBG0711 to DBG0713, DBG0719: the target is
    /// refused. DBG0708: loading failed. A comparison that fails is an outcome, not an exception.
    /// </exception>
    public static async Task<RestoreTestOutcome> RunAsync(
        RestoreTestRequest request, IProgress<RestoreProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var source = await BackupSource.FindAsync(request.Backup, cancellationToken);
        var counter = new LoadProgress(progress, request.Clock);
        var started = request.Clock.GetTimestamp();
        counter.Stage("verifying");
        await source.Archive.VerifyAsync(cancellationToken);
        var verified = request.Clock.GetElapsedTime(started);

        counter.Stage("preparing");
        await using var scratch = await ScratchDatabase.PrepareAsync(request, source.Archive, cancellationToken);
        var begun = request.Clock.GetTimestamp();
        await LoadAsync(request, scratch, source, counter, cancellationToken);
        var restored = verified + request.Clock.GetElapsedTime(begun);

        begun = request.Clock.GetTimestamp();
        var comparison = request.Level >= VerificationLevel.Restored
            ? await Comparison.CompareAsync(
                scratch.LoadUrl, ChangedManifest.From(source.Manifest, request.Changes), request.Options, counter, cancellationToken)
            : new([], ["rows: only the definitions were restored"], 0, 0, 0, 0);
        comparison = comparison with
        {
            Problems =
            [
                .. request.Waive(comparison.Problems), .. scratch.Findings, .. Rights(request, source.Manifest),
                .. request.Changes.IsNone ? Array.Empty<Problem>() : [RestoreProblems.Changed(request.Changes)],
            ],
            NotChecked = [.. comparison.NotChecked, .. request.Changes.Shown],
        };
        var record = new RestoreTestReport
        {
            Tool = request.Tool,
            Archive = source.Key,
            ManifestSha256 = source.File.Sha256,
            Environment = source.Manifest.Environment,
            Database = source.Manifest.Source.DatabaseName,
            Level = request.Level,
            Passed = comparison.Holds,
            TestedAt = request.Clock.GetUtcNow(),
            RestoreTime = restored,
            CompareTime = request.Clock.GetElapsedTime(begun),
            ServerVersion = scratch.ServerVersion,
            Tables = comparison.Tables,
            Rows = comparison.Rows,
            ForeignKeys = comparison.ForeignKeys,
            Indexes = comparison.Indexes,
            Findings = [
                .. comparison.Problems.Select(problem =>
                    string.Create(CultureInfo.InvariantCulture, $"{problem.Code}: {problem.Message}"))],
            NotChecked = comparison.NotChecked,
        };
        counter.Stage("recording");
        return new(record, await RestoreTestRecords.WriteAsync(source.Store, record, request.SigningKey, cancellationToken), comparison,
            source.File)
        {
            Place = scratch.Place,
            LoadedAs = scratch.RoleUrl is { User: var role } ? $"{role}, with the rights that it has in the source"
                : request.Target is { User: var own } ? own
                : "a superuser of the throwaway server",
        };
    }

    static async Task LoadAsync(
        RestoreTestRequest request, ScratchDatabase scratch, BackupSource source, LoadProgress counter, CancellationToken cancellationToken)
    {
        var url = scratch.RoleUrl ?? scratch.LoadUrl;
        await RightsCheck.TryAsync(url, source.Manifest, request.Changes, isPrepared: true, cancellationToken);
        var filter = new StatementFilter(request.Changes, await DatabaseContents.ExtensionsAsync(url, cancellationToken));
        try
        {
            await Loading.RunAsync(
                url, source.Archive, request.Options, filter, counter,
                request.Level >= VerificationLevel.Restored ? Loading.All : Loading.Schema, cancellationToken);
        }
        catch (GateException fault) when (scratch.RoleUrl is { User: var role } && fault.Problem.Code == RestoreProblems.RefusedCode)
        {
            throw new GateException(
                fault.Problem with { Message =
                    $"{fault.Problem.Message} It was loaded as {role}, with the rights that it has in the source." }, fault);
        }
    }

    // What a restore at the source's server lacks is known without trying; a test elsewhere does not show it.
    static IEnumerable<Problem> Rights(RestoreTestRequest request, BackupManifest manifest) =>
        manifest.Needs is { } needs
            && RestoreRights.Judge(needs, needs.Role, request.Changes, isPrepared: false, new HashSet<string>()) is { Count: > 0 } obstacles
            ? [RestoreProblems.MayNotRestore(needs.Role.Name, obstacles)]
            : [];
}
