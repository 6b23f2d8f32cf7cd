using DbGate.CommandGuard.Files;
using Tomlyn;
using Tomlyn.Parsing;

namespace DbGate.CommandGuard.Data;

/// <summary>Reads TOML from the parser's events.</summary>
static class TomlReader
{
    public static DataDocuments Read(string file, string text)
    {
        try
        {
            var parser = TomlParser.Create(text);
            while (parser.MoveNext())
            {
                if (parser.Current.Kind == TomlParseEventKind.StartTable)
                {
                    return new DataDocuments([Table(file, text.Split('\n'), parser, 0)]);
                }
            }

            return new DataDocuments([]);
        }
        catch (Exception exception) when (exception is TomlException or InvalidOperationException or FormatException or ArgumentException
            or OverflowException)
        {
            return new DataDocuments([], exception.Message);
        }
    }

    static DataNode Table(string file, string[] physical, TomlParser parser, int depth)
    {
        var line = LineOf(parser);
        var members = new List<DataMember>();
        while (parser.MoveNext() && parser.Current.Kind != TomlParseEventKind.EndTable)
        {
            if (parser.Current.Kind == TomlParseEventKind.PropertyName)
            {
                var (name, at) = (parser.GetPropertyName(), LineOf(parser));
                parser.MoveNext();
                members.Add(new DataMember(name, at, Value(file, physical, parser, depth + 1)));
            }
        }

        return new DataNode { Line = line, Members = members };
    }

    static DataNode Value(string file, string[] physical, TomlParser parser, int depth)
    {
        if (depth > 100)
        {
            throw new InvalidOperationException("nested deeper than 100 levels");
        }

        var line = LineOf(parser);
        switch (parser.Current.Kind)
        {
            case TomlParseEventKind.StartTable:
                return Table(file, physical, parser, depth);
            case TomlParseEventKind.StartArray:
                var items = new List<DataNode>();
                while (parser.MoveNext() && parser.Current.Kind != TomlParseEventKind.EndArray)
                {
                    items.Add(Value(file, physical, parser, depth + 1));
                }

                return new DataNode { Line = line, Items = items };
            case TomlParseEventKind.String:
                var value = parser.GetString();
                var lines = value.AsSpan().Count('\n') + 2;
                return new DataNode
                {
                    Line = line,
                    Scalar = value.Contains('\n', StringComparison.Ordinal)
                        ? SourceText.Extracted(file, value, physical, line, Math.Min(physical.Length, line + lines))
                        : SourceText.OnLine(file, value, line),
                };
            case TomlParseEventKind.Boolean:
                return new DataNode { Line = line, Scalar = SourceText.OnLine(file, parser.Current.GetBoolean() ? "true" : "false", line) };
            case TomlParseEventKind.Integer:
                return new DataNode { Line = line, Scalar = SourceText.OnLine(file, parser.Current.GetInt64().ToString(provider: null),
                    line) };
            default:
                return new DataNode { Line = line };
        }
    }

    static int LineOf(TomlParser parser) => Math.Max(1, parser.Current.Line);
}
