using System.Globalization;
using System.Text;
using System.Text.Json;
using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Backups.Restores;

/// <summary>A record that was found.</summary>
/// <param name="Report">What it states.</param>
/// <param name="Location">Where it is, for people.</param>
/// <param name="TestedAt">When: what the record states, or the store's own time for it if that is earlier. No clock that runs ahead makes a
/// test younger.</param>
/// <param name="Signature">How far it can be trusted.</param>
sealed record FoundRestoreTest(RestoreTestReport Report, string Location, DateTimeOffset TestedAt, SignatureState Signature);

/// <summary>The records that restore tests leave in a store: <c>&lt;archive&gt;.restore-test.&lt;yyyyMMdd_HHmmss&gt;.json</c>.</summary>
static class RestoreTestRecords
{
    const string Infix = ".restore-test.";
    const string End = ".json";
    const int Limit = 1 << 20;
    const int RecordsInMemory = 256;

    /// <summary>The key of a record.</summary>
    public static string KeyOf(string archiveKey, DateTimeOffset testedAt) =>
        $"{archiveKey}{Infix}{testedAt.UtcDateTime.ToString("yyyyMMdd_HHmmssfff", CultureInfo.InvariantCulture)}{End}";

    /// <summary>Writes a record.</summary>
    /// <returns>Its key.</returns>
    public static async Task<string> WriteAsync(IObjectStore store, RestoreTestReport report, SigningKey? key,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        var name = KeyOf(report.Archive, report.TestedAt);
        await store.WriteBytesAsync(name, Serialize(report, key), cancellationToken);
        return name;
    }

    /// <summary>The newest restore test of an environment that passed in full (L3); null when there is none.</summary>
    /// <param name="store">Where records are.</param>
    /// <param name="environment">In lower case.</param>
    /// <param name="database">The database's name; null = any.</param>
    /// <param name="key">When given, only records that it signed count.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<FoundRestoreTest?> FindNewestAsync(
        IObjectStore store, string environment, string? database, SigningKey? key, CancellationToken cancellationToken)
    {
        // Keys of one archive sort by time, those of several do not: the newest by the store's clock comes first.
        foreach (var stored in (await ListAsync(store, environment, database, cancellationToken))
            .OrderByDescending(stored => stored.LastModified)
            .ThenByDescending(stored => stored.Key, StringComparer.Ordinal))
        {
            if (await TryReadAsync(store, stored, key, cancellationToken) is { } found
                && found.Report is { Passed: true, Level: >= VerificationLevel.Restored }
                && found.Report.Environment == environment)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The newest restore tests of an environment, passed or not, newest first.</summary>
    /// <param name="store">Where records are.</param>
    /// <param name="environment">In lower case.</param>
    /// <param name="database">The database's name; null = any.</param>
    /// <param name="key">When given, only records that it signed count.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<IReadOnlyList<FoundRestoreTest>> NewestAsync(
        IObjectStore store, string environment, string? database, SigningKey? key, int count, CancellationToken cancellationToken)
    {
        var found = new List<FoundRestoreTest>();
        foreach (var stored in (await ListAsync(store, environment, database, cancellationToken))
            .OrderByDescending(stored => stored.LastModified).ThenByDescending(stored => stored.Key, StringComparer.Ordinal))
        {
            if (found.Count == count)
            {
                break;
            }

            if (await TryReadAsync(store, stored, key, cancellationToken) is { } test && test.Report.Environment == environment)
            {
                found.Add(test);
            }
        }

        return found;
    }

    /// <summary>When a restore of which archive last succeeded in full, by the archive's key: what retention must not delete.</summary>
    /// <param name="store">The store with the records.</param>
    /// <param name="key">When given, only records that it signed count.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAllAsync(
        IObjectStore store, SigningKey? key, CancellationToken cancellationToken) => ReadAllAsync(store, null, null, key,
        cancellationToken);

    /// <inheritdoc cref="ReadAllAsync(IObjectStore, SigningKey, CancellationToken)"/>
    /// <param name="store">The store with the records.</param>
    /// <param name="environment">In lower case; null = all.</param>
    /// <param name="database">The database's name; null = all.</param>
    /// <param name="key">When given, only records that it signed count.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    internal static async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAllAsync(
        IObjectStore store, string? environment, string? database, SigningKey? key, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var batch in (await ListAsync(store, environment, database, cancellationToken)).Chunk(RecordsInMemory))
        {
            var texts = await ParallelReads.SelectAsync(
                batch, (stored, token) => TryReadBytesAsync(store, stored, token), cancellationToken);
            foreach (var (stored, text) in batch.Zip(texts))
            {
                if (text is not null
                    && Judge(store, stored, text, key) is { Report: { Passed: true, Level: >= VerificationLevel.Restored } } found
                    && (!all.TryGetValue(found.Report.Archive, out var before) || before < found.TestedAt))
                {
                    all[found.Report.Archive] = found.TestedAt;
                }
            }
        }

        return all;
    }

    /// <summary>The highest level that a passed record proves of this very manifest; null when none does.</summary>
    public static Task<VerificationLevel?> LevelAsync(
        IObjectStore store, ManifestFile manifest, SigningKey? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return LevelAsync(store, manifest.Manifest.Archive.Key, manifest.Sha256, key, cancellationToken);
    }

    /// <inheritdoc cref="LevelAsync(IObjectStore, ManifestFile, SigningKey, CancellationToken)"/>
    /// <param name="store">Where records are.</param>
    /// <param name="archive">The key of the archive or of the engine's proof.</param>
    /// <param name="sha256">Of its manifest, or of the proof.</param>
    /// <param name="key">When given, only records that it signed count.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<VerificationLevel?> LevelAsync(
        IObjectStore store, string archive, string sha256, SigningKey? key, CancellationToken cancellationToken)
    {
        VerificationLevel? level = null;
        await foreach (var stored in store.ListAsync(archive + Infix, cancellationToken))
        {
            if (await TryReadAsync(store, stored, key, cancellationToken) is { Report.Passed: true } found
                && found.Report.ManifestSha256 == sha256)
            {
                level = level is null || found.Report.Level > level ? found.Report.Level : level;
            }
        }

        return level;
    }

    internal static byte[] Serialize(RestoreTestReport report, SigningKey? key)
    {
        // Indented as it will be in the file, so that the signed bytes are those that are read again.
        var text =
            JsonSerializer.Serialize(report, RestoreTestJson.Default.RestoreTestReport).Replace("\n", "\n  ", StringComparison.Ordinal);
        var signature = key is null ? "" : $",\n  \"signature\": {Indented(key.Sign(Encoding.UTF8.GetBytes(text)))}";
        return Encoding.UTF8.GetBytes($"{{\n  \"record\": {text}{signature}\n}}\n");
    }

    static string Indented(ManifestSignature signature) =>
        JsonSerializer.Serialize(signature, ManifestJson.Readable.ManifestSignature).Replace("\n", "\n  ", StringComparison.Ordinal);

    internal static (RestoreTestReport Report, SignatureState Signature) Parse(ReadOnlySpan<byte> bytes, string name, SigningKey? key)
    {
        try
        {
            var signed =
                JsonSerializer.Deserialize(bytes, RestoreTestJson.Default.SignedRecord) ?? throw RestoreProblems.Record(name, "it is null");
            var report =
                signed.Record.Deserialize(RestoreTestJson.Default.RestoreTestReport) ?? throw RestoreProblems.Record(name, "it is null");
            var state = (signed.Signature, key) switch
            {
                (null, _) => SignatureState.NotSigned,
                (_, null) => SignatureState.NotChecked,
                _ => key.Verify(Encoding.UTF8.GetBytes(signed.Record.GetRawText()), signed.Signature)
                    ? SignatureState.Valid
                    : SignatureState.Invalid,
            };
            return report.Format == RestoreTestReport.CurrentFormat
                ? (report, state)
                : throw RestoreProblems.Record(name, $"its format is {report.Format}, this DbGate reads {RestoreTestReport.CurrentFormat}");
        }
        catch (JsonException fault)
        {
            throw RestoreProblems.Record(name, fault.Message);
        }
    }

    static string ArchiveOf(string key) => key[..key.IndexOf(Infix, StringComparison.Ordinal)];

    static ValueTask<List<StoredObject>> ListAsync(
        IObjectStore store, string? environment, string? database, CancellationToken cancellationToken) =>
        store.ListAsync(
            environment is not null && database is not null ? BackupName.For(database, environment, default).Prefix : "", cancellationToken)
            .Where(stored => stored.Key.Contains(Infix, StringComparison.Ordinal) && stored.Key.EndsWith(End, StringComparison.Ordinal))
            .Where(stored => (environment, database) == (null, null)
                || BackupName.FindTested(ArchiveOf(stored.Key))?.IsOf(environment, database) == true)
            .ToListAsync(cancellationToken);

    static async Task<FoundRestoreTest?> TryReadAsync(
        IObjectStore store, StoredObject stored, SigningKey? key, CancellationToken cancellationToken) =>
        await TryReadBytesAsync(store, stored, cancellationToken) is { } text ? Judge(store, stored, text, key) : null;

    static async Task<byte[]?> TryReadBytesAsync(IObjectStore store, StoredObject stored, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadBytesAsync(stored.Key, Limit, cancellationToken);
        }
        catch (GateException fault) when (fault.Problem.Code == StoresProblems.ObjectTooLongCode)
        {
            return null;
        }
    }

    // A record that cannot be used proves nothing; it must not hide those that can.
    static FoundRestoreTest? Judge(IObjectStore store, StoredObject stored, byte[] text, SigningKey? key)
    {
        try
        {
            var location = $"{store.Location}/{stored.Key}";
            var (report, signature) = Parse(text, location, key);
            var trusted = key is null ? signature != SignatureState.Invalid : signature == SignatureState.Valid;
            return trusted && report.Archive == ArchiveOf(stored.Key)
                ? new(report, location, report.TestedAt < stored.LastModified ? report.TestedAt : stored.LastModified, signature)
                : null;
        }
        catch (GateException fault) when (fault.Problem.Code == RestoreProblems.RecordCode)
        {
            return null;
        }
    }
}
