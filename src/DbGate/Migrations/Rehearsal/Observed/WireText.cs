using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>What a server answered to a statement that failed.</summary>
/// <param name="SqlState">PostgreSQL's code.</param>
/// <param name="Message">Its text.</param>
/// <param name="Detail">More of it; null when there is none.</param>
/// <param name="Position">Of the fault in the statement, from 1 in characters; null when the server does not tell it.</param>
sealed record WireError(string SqlState, string Message, string? Detail, int? Position);

/// <summary>Reads and writes the bodies of messages.</summary>
static class WireText
{
    /// <summary>The text up to the zero byte, and the offset behind it.</summary>
    public static (string Text, int Next) ReadText(byte[] body, int offset)
    {
        var end = Array.IndexOf(body, (byte)0, offset);
        return end < 0 ? (Encoding.UTF8.GetString(body.AsSpan(offset)), body.Length)
            : (Encoding.UTF8.GetString(body.AsSpan(offset, end - offset)), end + 1);
    }

    /// <summary>A message whose body is texts, each ended by a zero byte, and further bytes.</summary>
    public static WireMessage Message(char type, IEnumerable<string> texts, params byte[] more) =>
        new(type, [.. texts.SelectMany(text => Encoding.UTF8.GetBytes(text).Append((byte)0)), .. more]);

    /// <summary>ReadyForQuery.</summary>
    public static WireMessage Ready(char status) => new('Z', [(byte)status]);

    /// <summary>An ErrorResponse.</summary>
    public static WireError ReadError(byte[] body)
    {
        var fields = ReadFields(body);
        return new(
            fields.GetValueOrDefault('C', ""), fields.GetValueOrDefault('M', ""), fields.GetValueOrDefault('D'),
            int.TryParse(fields.GetValueOrDefault('P'), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                ? position : null);
    }

    /// <summary>The same error, with its position counted from the beginning of a longer text.</summary>
    public static WireMessage Moved(WireMessage error, int offset)
    {
        var fields = ReadFields(error.Body);
        if (offset == 0 || !int.TryParse(fields.GetValueOrDefault('P'), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return error;
        }

        fields['P'] = (position + offset).ToString(CultureInfo.InvariantCulture);
        return new('E', [.. fields.SelectMany(field => Encoding.UTF8.GetBytes($"{field.Key}{field.Value}").Append((byte)0)), 0]);
    }

    /// <summary>The only column of a row; null for NULL.</summary>
    public static string? ReadOnlyColumn(byte[] row)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(row.AsSpan(sizeof(short)));
        return length < 0 ? null : Encoding.UTF8.GetString(row.AsSpan(sizeof(short) + sizeof(int), length));
    }

    /// <summary>The values of a Bind, as far as they are text.</summary>
    public static IReadOnlyList<string> ReadParameters(byte[] bind)
    {
        var (_, next) = ReadText(bind, 0);
        (_, next) = ReadText(bind, next);
        var formats = Int16(bind, next);
        next += sizeof(short) + (formats * sizeof(short));
        var values = new List<string>();
        var count = Int16(bind, next);
        next += sizeof(short);
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bind.AsSpan(next));
            next += sizeof(int);
            if (length > 0)
            {
                values.Add(Encoding.UTF8.GetString(bind.AsSpan(next, length)));
                next += length;
            }
        }

        return values;
    }

    /// <summary>The parameters of a Bind for people: <c>$1 = 'x'</c>; a value in PostgreSQL's binary form by its bytes.</summary>
    public static IReadOnlyList<string> DescribeParameters(byte[] bind)
    {
        var next = ReadText(bind, ReadText(bind, 0).Next).Next;
        var formats = Int16(bind, next);
        int FormatOf(int index) => formats == 0 ? 0 : Int16(bind, next + sizeof(short) + (formats == 1 ? 0 : index * sizeof(short)));
        var at = next + sizeof(short) + (formats * sizeof(short));
        var shown = new List<string>();
        for (var (index, count, place) = (0, Int16(bind, at), at + sizeof(short)); index < count; index++)
        {
            var length = Int32(bind, place);
            place += sizeof(int);
            var bytes = bind.AsSpan(place, Math.Max(length, 0));
            shown.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"${index + 1} = {(length < 0 ? "NULL" : FormatOf(index) == 0 ? Quote(bytes) : $"0x{Convert.ToHexStringLower(bytes)}")}"));
            place += Math.Max(length, 0);
        }

        return shown;
    }

    static string Quote(ReadOnlySpan<byte> text) =>
        $"'{Encoding.UTF8.GetString(text).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A 16-bit number.</summary>
    public static int Int16(byte[] body, int offset) => BinaryPrimitives.ReadInt16BigEndian(body.AsSpan(offset));

    /// <summary>A 32-bit number.</summary>
    public static int Int32(byte[] body, int offset) => BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(offset));

    static Dictionary<char, string> ReadFields(byte[] body)
    {
        var fields = new Dictionary<char, string>();
        for (var offset = 0; offset < body.Length && body[offset] != 0;)
        {
            var type = (char)body[offset];
            (fields[type], offset) = ReadText(body, offset + 1);
        }

        return fields;
    }
}
