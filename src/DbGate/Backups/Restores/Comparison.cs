using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>What a comparison found.</summary>
/// <param name="Problems">Those that block, and those worth knowing.</param>
/// <param name="NotChecked">What could not be looked at, and why.</param>
/// <param name="Tables">How many tables were compared.</param>
/// <param name="Rows">How many rows were read back.</param>
/// <param name="ForeignKeys">How many foreign keys were looked at.</param>
/// <param name="Indexes">How many indexes were looked at.</param>
sealed record ComparisonReport(
    IReadOnlyList<Problem> Problems, IReadOnlyList<string> NotChecked, int Tables, long Rows, int ForeignKeys, int Indexes)
{
    /// <summary>Nothing blocks.</summary>
    public bool Holds => !Problems.Any(problem => problem.IsBlocking);
}

/// <summary>Compares a restored database with the manifest of its backup: every row, every sequence, every constraint.</summary>
static class Comparison
{
    static readonly SessionOptions Patient = new() { ApplicationName = "dbgate restore", CommandTimeout = TimeSpan.FromHours(6) };

    public static async Task<ComparisonReport> CompareAsync(
        PostgresUrl url, BackupManifest manifest, RestoreOptions options, LoadProgress progress, CancellationToken cancellationToken)
    {
        progress.Stage("comparing", manifest.Archive.PlainLength);

        // The constraints are many short questions, which are asked while the rows are read.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var inventoryRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var constraints = InspectAsync(url, inventoryRead.Task, stop.Token);
        var digest = await ReadAsync(url, manifest, options, inventoryRead.SetResult, progress, stop, constraints);
        progress.Stage("checking constraints", 0);
        var integrity = await constraints;
        return new(
            [.. Differences(digest, manifest), .. IntegrityVerdict.Judge(integrity, digest.State, manifest.State)],
            integrity.NotChecked, digest.Tables.Count, digest.Tables.Values.Sum(table => table.Rows), integrity.ForeignKeys,
            integrity.Indexes);
    }

    /// <summary>What differs between a database and the manifest. A pure function.</summary>
    internal static IEnumerable<Problem> Differences(DatabaseDigest found, BackupManifest manifest)
    {
        IEnumerable<(string What, IReadOnlyList<string> Differences)> all =
        [
            ("Rows", [.. found.Compare(manifest).Select(difference => difference.ToString())]),
            ("Encoding", found.Encoding == manifest.Source.Encoding ? [] : [$"{found.Encoding} instead of {manifest.Source.Encoding}"]),
            ("Large objects", LargeObjects(found, manifest.LargeObjects)),
            ("Sequences", From(
                manifest.Sequences, found.Sequences, state => $"{state.Schema}.{state.Name}",
                state => $"at {state.LastValue}{(state.IsCalled ? "" : " (not called)")}")),
            ("Materialized views", From(
                manifest.MaterializedViews, found.MaterializedViews, view => $"{view.Schema}.{view.Name}",
                view => view.IsPopulated ? "populated" : "not populated")),
            ("Extensions",
                [.. manifest.Extensions.Select(extension => extension.Name)
                    .Except(found.Extensions.Select(extension => extension.Name))
                    .Select(name => $"{name} is missing")]),
        ];
        foreach (var (what, differences) in all.Where(one => one.Differences.Count > 0))
        {
            yield return RestoreProblems.Differs(what, differences);
        }

        foreach (var property in TextOrder.Differences(manifest.Source, found.Database))
        {
            yield return RestoreProblems.Finding(property);
        }

        var versions = manifest.Extensions.Join(
            found.Extensions, wanted => wanted.Name, there => there.Name,
            (wanted, there) => (wanted.Name, Wanted: wanted.Version, There: there.Version));
        foreach (var (name, wanted, there) in versions.Where(pair => pair.Wanted != pair.There))
        {
            yield return RestoreProblems.Finding($"extension {name} is {there} here, the source has {wanted}");
        }
    }

    static async Task<DatabaseDigest> ReadAsync(
        PostgresUrl url,
        BackupManifest manifest,
        RestoreOptions options,
        Action inventoryRead,
        LoadProgress progress,
        CancellationTokenSource stop,
        Task meanwhile)
    {
        try
        {
            return await DatabaseDigest.ReadAsync(url, options.Reading, manifest, inventoryRead, new Forward(progress), stop.Token);
        }
        catch (GateException fault) when (fault.Problem.Code.Id.StartsWith("DBG03", StringComparison.Ordinal))
        {
            await EndAsync();
            throw RestoreProblems.NotRead(fault);
        }
        catch
        {
            await EndAsync();
            throw;
        }

        async Task EndAsync()
        {
            await stop.CancelAsync();
            await meanwhile.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static async Task<IntegrityReport> InspectAsync(PostgresUrl url, Task inventoryRead, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(url, Patient, cancellationToken);
        return await new Integrity(session).InspectAsync(inventoryRead, cancellationToken);
    }

    static IReadOnlyList<string> LargeObjects(DatabaseDigest found, LargeObjectFacts wanted) =>
        found.LargeObjectCount != wanted.Count ? [$"{found.LargeObjectCount} instead of {wanted.Count}"]
        : found.LargeObjects.Rows != wanted.Blocks || found.LargeObjects.Hash != wanted.Hash ? ["other contents"]
        : [];

    static IReadOnlyList<string> From<T>(IReadOnlyList<T> wanted, IReadOnlyList<T> found, Func<T, string> name, Func<T, string> shown)
    {
        var there = found.ToDictionary(name);
        return
        [
            .. wanted.Where(one => !there.ContainsKey(name(one))).Select(one => $"{name(one)} is missing"),
            .. wanted.Where(one => there.TryGetValue(name(one), out var other) && !Equals(one, other))
                .Select(one => $"{name(one)} is {shown(there[name(one)])} instead of {shown(one)}"),
            .. found.ExceptBy(wanted.Select(name), name).Select(one => $"{name(one)} is not in the backup"),
        ];
    }

    sealed class Forward(LoadProgress progress) : IProgress<BackupProgress>
    {
        long last;

        public void Report(BackupProgress value) =>
            progress.Add((int)Math.Min(int.MaxValue, Math.Max(0, value.PlainBytes - Interlocked.Exchange(ref last, value.PlainBytes))));
    }
}
