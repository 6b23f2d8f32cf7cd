using System.Globalization;
using System.Text.Json;
using DbGate.Problems;

namespace DbGate.Backups.Providers;

/// <summary>Reads what <c>pgbackrest info</c> and <c>repo-ls</c> print. Pure.</summary>
static class PgBackRestInfo
{
    const string Engine = "pgBackRest";
    const string Info = "pgbackrest info";

    /// <summary>The newest backup of a cluster.</summary>
    /// <param name="json">What <c>info --output=json</c> printed.</param>
    /// <param name="stanza">The stanza that was asked for; empty: all.</param>
    /// <param name="systemIdentifier">The target's.</param>
    /// <param name="serverMajor">The target's.</param>
    /// <exception cref="GateException">There is none of this cluster, or the newest one cannot be relied on.</exception>
    public static EngineBackup Newest(string json, string stanza, string systemIdentifier, int serverMajor)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            JsonElement[] stanzas = [.. document.RootElement.EnumerateArray().Where(one => stanza.Length == 0 || Name(one) == stanza)];
            var own = stanzas.Where(one => Databases(one).Any(database => database.SystemIdentifier == systemIdentifier)).ToArray();
            if (own.Length != 1)
            {
                throw Missing(stanzas, own, stanza, systemIdentifier);
            }

            return Newest(own[0], systemIdentifier, serverMajor);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw EngineProblems.Unreadable(Engine, Info, fault.Message);
        }
    }

    /// <summary>The labels of all backups.</summary>
    /// <exception cref="GateException">DBG0363: the list is not understood.</exception>
    public static IReadOnlySet<string> Labels(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.EnumerateArray().SelectMany(stanza => stanza.GetProperty("backup").EnumerateArray())
                .Select(backup => backup.GetProperty("label").GetString()!).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw EngineProblems.Unreadable(Engine, Info, fault.Message);
        }
    }

    /// <summary>The WAL segments of a listing.</summary>
    /// <exception cref="GateException">DBG0363: the listing is not understood.</exception>
    public static IReadOnlyList<WalSegment> Segments(string json, long segmentSize)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return
            [
                .. document.RootElement.EnumerateObject()
                    .Where(file => file.Value.GetProperty("type").GetString() == "file")
                    .Select(file => file.Name[(file.Name.LastIndexOf('/') + 1)..])
                    .Where(name => name.Length > 24 && name[24] == '-') // <segment>-<checksum>[.gz]
                    .Select(name => WalSegment.Find(name, segmentSize))
                    .OfType<WalSegment>(),
            ];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw EngineProblems.Unreadable(Engine, "pgbackrest repo-ls", fault.Message);
        }
    }

    static EngineBackup Newest(JsonElement stanza, string systemIdentifier, int serverMajor)
    {
        var name = Name(stanza);
        var ids = Databases(stanza).Where(database => database.SystemIdentifier == systemIdentifier)
            .Select(database => (database.Id, database.Repository)).ToHashSet();
        var backups = stanza.GetProperty("backup").EnumerateArray()
            .Where(one => ids.Contains(KeyOf(one.GetProperty("database")))).ToArray();
        if (backups.Length == 0)
        {
            throw EngineProblems.NoBackup(Engine, $"the stanza {name}", stanza.GetProperty("status").GetProperty("message").GetString()!);
        }

        var newest = backups.MaxBy(one => one.GetProperty("timestamp").GetProperty("stop").GetInt64());
        var label = newest.GetProperty("label").GetString()!;
        var key = KeyOf(newest.GetProperty("database"));
        if (newest.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.True)
        {
            throw EngineProblems.Faulty(Engine, label, "pages with a wrong checksum were found while it was taken");
        }

        var archive = stanza.GetProperty("archive").EnumerateArray()
            .FirstOrDefault(one => KeyOf(one.GetProperty("database")) == key);
        return new()
        {
            Label = label,
            Kind = newest.GetProperty("type").GetString()!,
            SystemIdentifier = systemIdentifier,
            ServerMajor = serverMajor,
            StoppedAt = DateTimeOffset.FromUnixTimeSeconds(newest.GetProperty("timestamp").GetProperty("stop").GetInt64()),
            FirstWal = newest.GetProperty("archive").GetProperty("start").GetString()
                ?? throw EngineProblems.NoBackup(Engine, $"the stanza {name}", $"{label} was taken without WAL archiving"),
            Bytes = newest.GetProperty("info").GetProperty("size").GetInt64(),
            Place = archive.ValueKind == JsonValueKind.Object
                ? new PgBackRestPlace(name, key.Repository, archive.GetProperty("id").GetString()!).ToString()
                : throw EngineProblems.NoBackup(Engine, $"the stanza {name}", "its WAL archive is empty"),
        };
    }

    static GateException Missing(JsonElement[] stanzas, JsonElement[] own, string stanza, string systemIdentifier)
    {
        if (own.Length > 1)
        {
            return EngineProblems.MissingSetting(
                "pgbackrest", "backup.stanza", $"several stanzas are of this cluster: {string.Join(", ", own.Select(Name))}");
        }

        var others = stanzas.SelectMany(Databases).Select(database => database.SystemIdentifier).Distinct().ToArray();
        return others.Length > 0
            ? EngineProblems.OtherCluster(
                Engine, stanza.Length > 0 ? $"the stanza {stanza}" : "every stanza", string.Join(", ", others), systemIdentifier)
            : EngineProblems.NoBackup(
                Engine, stanza.Length > 0 ? $"the stanza {stanza}" : "its repositories",
                stanzas.Length > 0 ? stanzas[0].GetProperty("status").GetProperty("message").GetString()! : "there is no stanza");
    }

    static string Name(JsonElement stanza) => stanza.GetProperty("name").GetString()!;

    static IEnumerable<(int Id, int Repository, string SystemIdentifier)> Databases(JsonElement stanza) =>
        stanza.GetProperty("db").EnumerateArray().Select(one => (
            one.GetProperty("id").GetInt32(), Repository(one),
            one.GetProperty("system-id").GetUInt64().ToString(CultureInfo.InvariantCulture)));

    static (int Id, int Repository) KeyOf(JsonElement database) => (database.GetProperty("id").GetInt32(), Repository(database));

    static int Repository(JsonElement database) =>
        database.TryGetProperty("repo-key", out var key) ? key.GetInt32() : 1;
}
