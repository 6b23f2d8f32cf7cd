using System.Text;
using System.Text.Json;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Data;

/// <summary>Reads JSON with the line of each value; comments and trailing commas are taken, because tools take them.</summary>
static class JsonReader
{
    static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 100 };

    public static DataDocuments Read(string file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new Utf8JsonReader(bytes, Options);
            if (!reader.Read())
            {
                return new DataDocuments([], "the file is empty", 1);
            }

            var lines = new LineCounter(bytes);
            return new DataDocuments([Node(file, ref reader, lines)]);
        }
        catch (JsonException exception)
        {
            return new DataDocuments([], exception.Message, (int?)exception.LineNumber + 1);
        }
        catch (InvalidOperationException exception)
        {
            return new DataDocuments([], exception.Message);
        }
    }

    static DataNode Node(string file, ref Utf8JsonReader reader, LineCounter lines)
    {
        var line = lines.At((int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<DataMember>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    var keyLine = lines.At((int)reader.TokenStartIndex);
                    reader.Read();
                    members.Add(new DataMember(name, keyLine, Node(file, ref reader, lines)));
                }

                return new DataNode { Line = line, Members = members };
            case JsonTokenType.StartArray:
                var items = new List<DataNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Node(file, ref reader, lines));
                }

                return new DataNode { Line = line, Items = items };
            case JsonTokenType.String:
                return new DataNode { Line = line, Scalar = SourceText.OnLine(file, reader.GetString()!, line) };
            case JsonTokenType.Null:
                return new DataNode { Line = line };
            default:
                return new DataNode { Line = line, Scalar = SourceText.OnLine(file, Encoding.UTF8.GetString(reader.ValueSpan), line) };
        }
    }

    /// <summary>Counts lines forward only: tokens come in order.</summary>
    sealed class LineCounter(byte[] bytes)
    {
        int position;
        int line = 1;

        public int At(int offset)
        {
            if (offset > position)
            {
                line += bytes.AsSpan(position, offset - position).Count((byte)'\n');
                position = offset;
            }

            return line;
        }
    }
}
