using DbGate.CommandGuard.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DbGate.CommandGuard.Data;

/// <summary>Reads YAML from the parser's events, because only they know lines. Aliases share their anchor's node: no bomb, no
/// cycle.</summary>
static class YamlReader
{
    const int DeepestNesting = 100;

    public static DataDocuments Read(string file, string text)
    {
        var roots = new List<DataNode>();
        try
        {
            using var input = new StringReader(text);
            var parser = new Parser(input);
            var builder = new Builder(file, text, parser);
            parser.Consume<StreamStart>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                builder.ForgetAnchors();
                roots.Add(builder.Node(0));
                parser.Consume<DocumentEnd>();
            }

            return new DataDocuments(roots);
        }
        catch (YamlException exception)
        {
            return new DataDocuments(roots, exception.Message, (int)exception.Start.Line);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException
            or OverflowException)
        {
            return new DataDocuments(roots, exception.Message);
        }
    }

    sealed class Builder(string file, string text, Parser parser)
    {
        readonly Dictionary<string, DataNode> anchors = new(StringComparer.Ordinal);
        string[]? physical;

        public void ForgetAnchors() => anchors.Clear();

        public DataNode Node(int depth)
        {
            if (depth > DeepestNesting)
            {
                throw new YamlException(parser.Current!.Start, parser.Current.End, $"nested deeper than {DeepestNesting} levels");
            }

            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                return anchors.TryGetValue(alias.Value.Value, out var known) ? known : new DataNode { Line = Line(alias) };
            }

            if (parser.TryConsume<Scalar>(out var scalar))
            {
                return Remember(scalar, new DataNode { Line = Line(scalar), Scalar = Extract(scalar) });
            }

            return parser.Accept<SequenceStart>(out _) ? Sequence(depth) : Mapping(depth);
        }

        DataNode Sequence(int depth)
        {
            var start = parser.Consume<SequenceStart>();
            var items = new List<DataNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Node(depth + 1));
            }

            return Remember(start, new DataNode { Line = Line(start), Items = items });
        }

        DataNode Mapping(int depth)
        {
            var start = parser.Consume<MappingStart>();
            var members = new List<DataMember>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = Node(depth + 1);
                var value = Node(depth + 1);
                if (key.Text == "<<")
                {
                    members.InsertRange(0, value.OneOrMany.Reverse().SelectMany(merged => merged.Children).Take(10_000));
                }
                else if (key.Text is { } name)
                {
                    members.Add(new DataMember(name, key.Line, value));
                }
            }

            return Remember(start, new DataNode { Line = Line(start), Members = members });
        }

        DataNode Remember(NodeEvent source, DataNode node)
        {
            if (!source.Anchor.IsEmpty)
            {
                anchors[source.Anchor.Value] = node;
            }

            return node;
        }

        SourceText Extract(Scalar scalar)
        {
            var (first, last) = ((int)scalar.Start.Line, (int)scalar.End.Line);
            return first == last
                ? SourceText.OnLine(file, scalar.Value, first)
                : SourceText.Extracted(file, scalar.Value, physical ??= text.Split('\n'), first + (IsBlock(scalar) ? 1 : 0), last);
        }

        static bool IsBlock(Scalar scalar) => scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded;

        static int Line(ParsingEvent source) => (int)source.Start.Line;
    }
}
