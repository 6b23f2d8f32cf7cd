using System.Text.Json;
using DbGate.Migrations.Drift;
using DbGate.Problems;
using DbGate.Releases.Plans;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// The catalogs that replayed migrations gave, in the backup store: <c>replays/&lt;digest&gt;.json</c>. An entry counts only with the
/// signature of this run's key. No command of the commit gets the key, so neither the commit nor anyone who writes to the store can put an
/// entry there. Without a key nothing is kept.
/// </summary>
sealed class ReplayCache(IObjectStore store, SigningKey key)
{
    const string Prefix = "replays/";
    const string Digest = "replay";
    const string Catalog = "catalog";
    const int Longest = 64 << 20;
    const int LongestPlain = 512 << 20;

    static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>The catalog of a replay; null when there is none that counts.</summary>
    public async Task<CatalogSnapshot?> FindAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.HeadAsync(KeyOf(digest), cancellationToken) is null)
            {
                return null;
            }

            var document = SignedDocument.Read(await store.ReadBytesAsync(KeyOf(digest), Longest, cancellationToken));
            if (document.Check(key) != SignatureState.Valid)
            {
                return null;
            }

            using var json = JsonDocument.Parse(document.Bytes);
            return json.RootElement.GetProperty(Digest).GetString() == digest
                ? PlannedCatalog.Read(json.RootElement.GetProperty(Catalog).GetBytesFromBase64(), LongestPlain)
                : null;
        }
        catch (Exception exception)
            when (exception is GateException or JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // the replay itself decides
        }
    }

    /// <summary>Keeps the catalog of a replay, signed.</summary>
    public async Task SaveAsync(string digest, CatalogSnapshot catalog, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            json.WriteString(Digest, digest);
            json.WriteBase64String(Catalog, PlannedCatalog.Write(catalog));
            json.WriteEndObject();
        }

        try
        {
            await store.WriteBytesAsync(KeyOf(digest), SignedDocument.Write(bytes.ToArray(), key).Bytes, cancellationToken);
        }
        catch (GateException)
        {
            // The next rehearsal replays again.
        }
    }

    static string KeyOf(string digest) => $"{Prefix}{digest}.json";
}
