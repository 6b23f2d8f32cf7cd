using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DbGate.Storage;

namespace DbGate.Backups.Retention;

/// <summary>The record that is stored before anything is deleted, so that no deletion is without one.</summary>
static class PruneLog
{
    public const string Folder = "records/";

    static readonly JsonWriterOptions Layout =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<string> WriteAsync(
        IObjectStore store, RetentionPlan plan, IReadOnlyList<Orphan> swept, string? actor, CancellationToken cancellationToken)
    {
        var key = string.Create(
            CultureInfo.InvariantCulture,
            $"{Folder}prune_{plan.StoreNow.UtcDateTime:yyyyMMdd_HHmmss}_{Guid.NewGuid().ToString("N")[..8]}.json");
        await store.WriteBytesAsync(key, Write(plan, swept, actor), cancellationToken);
        return key;
    }

    public static byte[] Write(RetentionPlan plan, IReadOnlyList<Orphan> swept, string? actor)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Layout))
        {
            json.WriteStartObject();
            json.WriteString("record", "prune");
            json.WriteNumber("version", 1);
            json.WriteString("time", plan.StoreNow.UtcDateTime);
            json.WriteString("actor", actor);
            WritePolicy(json, plan.Policy);
            json.WriteStartArray("deleting");
            foreach (var decision in plan.Decisions.Where(decision => !decision.Keep))
            {
                Write(json, decision);
            }

            json.WriteEndArray();
            json.WriteStartArray("keeping");
            foreach (var decision in plan.Decisions.Where(decision => decision.Keep))
            {
                Write(json, decision);
            }

            json.WriteEndArray();
            json.WriteStartArray("sweeping");
            foreach (var orphan in swept)
            {
                json.WriteStartObject();
                json.WriteString("key", orphan.Key);
                json.WriteString("since", orphan.Since.UtcDateTime);
                json.WriteString("reason", orphan.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    static void WritePolicy(Utf8JsonWriter json, RetentionPolicy policy)
    {
        json.WriteStartObject("policy");
        json.WriteNumber("days", policy.Days);
        json.WriteNumber("minimumCount", policy.MinimumCount);
        json.WriteNumber("daily", policy.Daily);
        json.WriteNumber("weekly", policy.Weekly);
        json.WriteNumber("monthly", policy.Monthly);
        json.WriteNumber("yearly", policy.Yearly);
        json.WriteString("requiredLevel", $"L{(int)policy.RequiredLevel}");
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, RetentionDecision decision)
    {
        json.WriteStartObject();
        json.WriteString("archive", decision.Backup.ArchiveKey);
        json.WriteNumber("bytes", decision.Backup.Bytes);
        json.WriteString("storedAt", decision.Backup.StoredAt.UtcDateTime);
        json.WriteString("reason", decision.Reason);
        json.WriteEndObject();
    }
}
