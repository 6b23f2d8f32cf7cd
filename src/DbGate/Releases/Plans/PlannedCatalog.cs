using System.IO.Compression;
using System.Text.Json;
using DbGate.Migrations.Drift;

namespace DbGate.Releases.Plans;

/// <summary>
/// The catalog that a plan was made on, as a file next to the plan: gzip of one JSON array per object. The plan holds its digest.
/// </summary>
static class PlannedCatalog
{
    public static byte[] Write(CatalogSnapshot catalog)
    {
        using var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var json = new Utf8JsonWriter(packed))
        {
            json.WriteStartArray();
            foreach (var item in catalog.Objects)
            {
                json.WriteStartArray();
                json.WriteStringValue(item.Kind);
                json.WriteStringValue(item.Identity);
                json.WriteStringValue(item.Parent);
                foreach (var property in item.Properties)
                {
                    json.WriteStringValue(property.Name);
                    json.WriteStringValue(property.Value);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return bytes.ToArray();
    }

    /// <summary>Null when the bytes are not such a file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="longest">How many bytes it may have when unpacked.</param>
    public static CatalogSnapshot? Read(byte[] bytes, int longest)
    {
        try
        {
            using var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = packed.Read(buffer)) > 0;)
            {
                plain.Write(buffer, 0, read);
                if (plain.Length > longest)
                {
                    return null;
                }
            }

            using var document = JsonDocument.Parse(plain.GetBuffer().AsMemory(0, (int)plain.Length));
            return new CatalogSnapshot([.. document.RootElement.EnumerateArray().Select(Read)]);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidDataException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    static CatalogObject Read(JsonElement item)
    {
        string?[] texts = [.. item.EnumerateArray().Select(text => text.GetString())];
        return new CatalogObject(
            texts[0]!, texts[1]!, texts[2], [.. texts.Skip(3).Chunk(2).Select(pair => new CatalogProperty(pair[0]!, pair[1]!))]);
    }
}
