using System.Text;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Data;

/// <summary>Reads HashiCorp's configuration language as far as literal values: blocks and objects become mappings, expressions become
/// unknown values. Total and linear.</summary>
sealed class HclReader
{
    const int DeepestNesting = 100;

    readonly string file;
    readonly string text;
    readonly SourceText source;
    int at;

    HclReader(string file, string text) => (this.file, this.text, source) = (file, text, SourceText.Whole(file, text));

    /// <summary>Reads a file; what cannot be read is skipped.</summary>
    public static DataNode Read(string file, string text) => new HclReader(file, text).Body('\0', 0);

    DataNode Body(char close, int depth)
    {
        var (line, members) = (Line, new List<DataMember>());
        while (true)
        {
            SkipSpace();
            if (at >= text.Length)
            {
                break;
            }

            if (text[at] == close)
            {
                at++;
                break;
            }

            var before = at;
            Member(members, depth);
            at = at == before ? at + 1 : at;
        }

        return new DataNode { Line = line, Members = members };
    }

    /// <summary>An attribute, a member of an object, or a block with its labels.</summary>
    void Member(List<DataMember> members, int depth)
    {
        var line = Line;
        var name = text[at] == '"' ? Quoted() : Name();
        if (name.Length == 0)
        {
            return;
        }

        var labels = new List<string>();
        while (true)
        {
            SkipBlanks();
            if (at >= text.Length)
            {
                return;
            }

            if (text[at] is '=' or ':')
            {
                at++;
                members.Add(new DataMember(name, line, Value(depth + 1)));
                return;
            }

            if (text[at] == '{')
            {
                at++;
                var body = depth > DeepestNesting ? Skipped() : Body('}', depth + 1);
                members.Add(new DataMember(name, line, labels.Count == 0 ? body
                    : new DataNode { Line = line, Members = [.. body.Children,
                    new DataMember(" label", line, Literal(labels[^1], line))] }));
                return;
            }

            var label = text[at] == '"' ? Quoted() : Name();
            if (label.Length == 0)
            {
                return;
            }

            labels.Add(label);
        }
    }

    DataNode Skipped()
    {
        at = text.Length;
        return new DataNode { Line = Line };
    }

    DataNode Value(int depth)
    {
        SkipBlanks();
        var line = Line;
        if (at >= text.Length || depth > DeepestNesting)
        {
            return depth > DeepestNesting ? Skipped() : new DataNode { Line = line };
        }

        var value = text[at] switch
        {
            '[' => List(depth),
            '{' => Object(depth),
            '"' => Literal(Quoted(), line),
            '<' when text.AsSpan(at).StartsWith("<<") => Document(),
            _ => Expression(depth, line),
        };
        SkipRest();
        return value;
    }

    DataNode Object(int depth)
    {
        at++;
        return Body('}', depth + 1);
    }

    DataNode List(int depth)
    {
        var (line, items) = (Line, new List<DataNode>());
        at++;
        while (true)
        {
            SkipSpace();
            if (at >= text.Length)
            {
                break;
            }

            if (text[at] == ']')
            {
                at++;
                break;
            }

            if (text[at] == ',')
            {
                at++;
                continue;
            }

            var before = at;
            items.Add(Value(depth + 1));
            at = at == before ? at + 1 : at;
        }

        return new DataNode { Line = line, Items = items };
    }

    /// <summary>A name, a number or a call: <c>jsonencode</c> gives its argument, <c>file</c> and <c>templatefile</c> name a
    /// file.</summary>
    DataNode Expression(int depth, int line)
    {
        var name = Name();
        if (name.Length > 0 && at < text.Length && text[at] == '(')
        {
            at++;
            var first = Value(depth + 1);
            List<DataNode> arguments = [first];
            while (at < text.Length && text[at] != ')')
            {
                var before = at;
                SkipSpace();
                if (at < text.Length && text[at] == ',')
                {
                    at++;
                    SkipSpace();
                    if (at < text.Length && text[at] != ')')
                    {
                        arguments.Add(Value(depth + 1));
                    }
                }

                at = at == before ? at + 1 : at;
            }

            at = Math.Min(text.Length, at + 1);
            return name switch
            {
                "jsonencode" or "yamlencode" or "tolist" or "toset" or "base64encode" or "trimspace" => first,
                "concat" or "flatten" when arguments.All(argument => argument.Items is not null) =>
                    new DataNode { Line = line, Items = [.. arguments.SelectMany(argument => argument.Items!)] },
                "file" or "templatefile" => new DataNode { Line = line, Members = [new DataMember(" file", line, first)] },
                _ => Literal(Argument.Unknown.ToString(), line),
            };
        }

        return Literal(name.Length > 0 && (char.IsDigit(name[0]) || name is "true" or "false") ? name : Argument.Unknown.ToString(), line);
    }

    /// <summary>What follows a value on its line belongs to an expression that is not read.</summary>
    void SkipRest()
    {
        var depth = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (depth == 0 && c is '\n' or ',' or ']' or '}' or ')')
            {
                return;
            }

            if (c == '"')
            {
                Quoted();
                continue;
            }

            if (c == '#' || (c == '/' && at + 1 < text.Length && text[at + 1] is '/' or '*'))
            {
                SkipComment();
                continue;
            }

            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            at++;
        }
    }

    string Quoted()
    {
        var value = new StringBuilder();
        at++;
        while (at < text.Length && text[at] is not ('"' or '\n'))
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                value.Append(text[at + 1] switch { 'n' => '\n', 't' => '\t', var c => c });
                at += 2;
            }
            else if (text[at] is '$' or '%' && at + 1 < text.Length && text[at + 1] == '{')
            {
                at = Closing(at + 2);
                value.Append(Argument.Unknown);
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        at = Math.Min(text.Length, at + 1);
        return value.ToString();
    }

    int Closing(int from)
    {
        var depth = 1;
        for (var index = from; index < text.Length && text[index] != '\n'; index++)
        {
            depth += text[index] == '{' ? 1 : text[index] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return index + 1;
            }
        }

        return Math.Min(text.Length, from);
    }

    DataNode Document()
    {
        var line = Line;
        at += at + 2 < text.Length && text[at + 2] == '-' ? 3 : 2;
        var mark = Name();
        var start = text.IndexOf('\n', at) is >= 0 and var newline ? newline + 1 : text.Length;
        var end = start;
        while (mark.Length > 0 && end < text.Length)
        {
            var next = text.IndexOf('\n', end) is >= 0 and var found ? found : text.Length;
            if (text.AsSpan(end, next - end).Trim().SequenceEqual(mark))
            {
                at = next;
                return new DataNode { Line = line, Scalar = source.Slice(start, end - start) };
            }

            end = Math.Min(text.Length, next + 1);
        }

        at = text.Length;
        return new DataNode { Line = line };
    }

    string Name()
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.'))
        {
            at++;
        }

        return text[start..at];
    }

    void SkipBlanks()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r')
        {
            at++;
        }
    }

    void SkipSpace()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '#' || (text[at] == '/' && at + 1 < text.Length && text[at + 1] is '/' or '*'))
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    void SkipComment()
    {
        var isBlock = text[at] == '/' && at + 1 < text.Length && text[at + 1] == '*';
        var end = isBlock ? text.IndexOf("*/", at, StringComparison.Ordinal) : text.IndexOf('\n', at);
        at = end < 0 ? text.Length : isBlock ? end + 2 : end;
    }

    DataNode Literal(string value, int line) => new() { Line = line, Scalar = SourceText.OnLine(file, value, line) };

    int Line => source.LineAt(Math.Min(at, text.Length));
}
