using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DbGate.Signing;

/// <summary>
/// The one spelling of a JSON value, as RFC 8785 (JCS) has it: no white space, the members of an object sorted by their names' UTF-16 code
/// units, the fewest escapes, UTF-8. DbGate's documents hold whole numbers only, so the RFC's rule for fractions is not needed.
/// </summary>
static class CanonicalJson
{
    const long LargestExact = 1L << 53;

    /// <exception cref="FormatException">A number is no whole one that JSON readers agree on (up to 2^53).</exception>
    public static byte[] From(JsonElement value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Write(value, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    static void Write(JsonElement value, ArrayBufferWriter<byte> bytes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteList(
                    '{', '}', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal), bytes,
                    static (member, bytes) =>
                {
                    WriteText(member.Name, bytes);
                    Append(":", bytes);
                    Write(member.Value, bytes);
                });
                break;
            case JsonValueKind.Array:
                WriteList('[', ']', value.EnumerateArray(), bytes, Write);
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, bytes);
                break;
            case JsonValueKind.Number:
                Append(Number(value), bytes);
                break;
            default:
                Append(value.GetRawText(), bytes);
                break;
        }
    }

    static void WriteList<T>(
        char open, char close, IEnumerable<T> items, ArrayBufferWriter<byte> bytes, Action<T, ArrayBufferWriter<byte>> write)
    {
        Append(open.ToString(), bytes);
        foreach (var (index, item) in items.Index())
        {
            Append(index > 0 ? "," : "", bytes);
            write(item, bytes);
        }

        Append(close.ToString(), bytes);
    }

    static string Number(JsonElement value) =>
        value.TryGetInt64(out var number) && Math.Abs(number) <= LargestExact
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw new FormatException($"{value.GetRawText()} has no canonical form here");

    static void WriteText(string text, ArrayBufferWriter<byte> bytes)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\b' => escaped.Append("\\b"),
                '\f' => escaped.Append("\\f"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }

        Append(escaped.Append('"').ToString(), bytes);
    }

    static void Append(string text, ArrayBufferWriter<byte> bytes) => Encoding.UTF8.GetBytes(text, bytes);
}
