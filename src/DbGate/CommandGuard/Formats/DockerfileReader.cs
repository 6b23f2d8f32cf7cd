using System.Text;
using System.Text.Json;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Shell;
using DbGate.Texts;

namespace DbGate.CommandGuard.Formats;

/// <summary>Splits a Dockerfile into instructions. Total and linear.</summary>
static class DockerfileReader
{
    static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "FROM", "RUN", "CMD", "ENTRYPOINT", "COPY", "ADD", "ENV", "ARG", "WORKDIR", "ONBUILD", "HEALTHCHECK", "SHELL", "USER", "EXPOSE",
        "VOLUME", "LABEL", "STOPSIGNAL", "MAINTAINER",
    };

    public static IReadOnlyList<DockerInstruction> Read(string file, string text)
    {
        var lines = text.Split('\n');
        var escape = Escape(lines);
        var instructions = new List<DockerInstruction>();
        for (var index = 0; index < lines.Length; index++)
        {
            var trimmed = lines[index].AsSpan().Trim();
            if (trimmed.Length > 0 && trimmed[0] != '#')
            {
                var start = index;
                var body = Logical(lines, ref index, escape, out var map);
                Add(file, lines, ref index, start, body, map, instructions);
            }
        }

        return instructions;
    }

    static char Escape(string[] lines)
    {
        foreach (var line in lines.TakeWhile(line => line.TrimStart().StartsWith('#')))
        {
            var directive = line.TrimStart().TrimStart('#').Replace(" ", "", StringComparison.Ordinal).Trim();
            if (directive.StartsWith("escape=", StringComparison.OrdinalIgnoreCase) && directive.Length > 7)
            {
                return directive[7];
            }
        }

        return '\\';
    }

    /// <summary>Joins continued lines; comments and empty lines between them fall out, as Docker lets them.</summary>
    static string Logical(string[] lines, ref int index, char escape, out List<(int, int)> map)
    {
        var body = new StringBuilder();
        map = [];
        while (true)
        {
            var line = lines[index].TrimEnd();
            var isContinued = line.EndsWith(escape);
            map.Add((body.Length, index + 1));
            body.Append(isContinued ? line.AsSpan(0, line.Length - 1) : line);
            if (!isContinued)
            {
                return body.ToString();
            }

            body.Append(' ');
            do
            {
                index++;
            }
            while (index < lines.Length && lines[index].AsSpan().Trim() is var next && (next.Length == 0 || next[0] == '#'));
            if (index >= lines.Length)
            {
                return body.ToString();
            }
        }
    }

    static void Add(string file, string[] lines, ref int index, int start, string body, List<(int Offset, int Line)> map,
        List<DockerInstruction> instructions)
    {
        var at = body.Length - body.AsSpan().TrimStart().Length;
        var end = at;
        while (end < body.Length && char.IsLetter(body[end]))
        {
            end++;
        }

        var keyword = body[at..end].ToUpperInvariant();
        if (!Keywords.Contains(keyword))
        {
            return;
        }

        var options = Options(body, ref end);
        var text = SourceText.Mapped(file, body, map).Slice(end, body.Length - end);
        if (keyword is "HEALTHCHECK" or "ONBUILD")
        {
            var inner = text.Text;
            if (inner.StartsWith("NONE", StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            var skip = inner.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space ? space : inner.Length;
            var trigger = inner[..skip].ToUpperInvariant();
            keyword = keyword == "ONBUILD" ? trigger : "HEALTHCHECK";
            end = skip;
            var more = Options(inner, ref end);
            text = text.Slice(end, inner.Length - end);
            options = [.. options, .. more];
        }

        var documents = keyword is "RUN" or "COPY" or "ADD" ? Documents(file, lines, ref index, text.Text) : [];
        instructions.Add(new DockerInstruction(keyword, text, start + 1) { Options = options, Documents = documents,
            Exec = Exec(text.Text) });
    }

    static List<(string, string)> Options(string body, ref int at)
    {
        var options = new List<(string, string)>();
        while (true)
        {
            while (at < body.Length && char.IsWhiteSpace(body[at]))
            {
                at++;
            }

            if (string.CompareOrdinal(body, at, "--", 0, 2) != 0)
            {
                return options;
            }

            var end = at;
            while (end < body.Length && !char.IsWhiteSpace(body[end]))
            {
                end++;
            }

            var parts = body[(at + 2)..end].Split('=', 2);
            options.Add((parts[0], parts.Length > 1 ? parts[1] : ""));
            at = end;
        }
    }

    static List<(string, SourceText)> Documents(string file, string[] lines, ref int index, string body)
    {
        var documents = new List<(string, SourceText)>();
        for (var at = body.IndexOf("<<", StringComparison.Ordinal); at >= 0
            && documents.Count < 20; at = body.IndexOf("<<", at + 2, StringComparison.Ordinal))
        {
            var start = at + 2;
            var strips = start < body.Length && body[start] == '-';
            start += strips ? 1 : 0;
            var end = start;
            while (end < body.Length && !char.IsWhiteSpace(body[end]) && body[end] is not (';' or '>' or '&' or '|'))
            {
                end++;
            }

            var delimiter = body[start..end].Trim('"', '\'');
            if (delimiter.Length == 0 || !(char.IsLetter(delimiter[0]) || delimiter[0] == '_'))
            {
                continue;
            }

            var (text, map) = (new StringBuilder(), new List<(int, int)>());
            while (index + 1 < lines.Length && (strips ? lines[index + 1].TrimStart('\t') : lines[index + 1]).TrimEnd() != delimiter)
            {
                index++;
                map.Add((text.Length, index + 1));
                text.Append(lines[index].TrimEnd('\r')).Append('\n');
            }

            index = Math.Min(index + 1, lines.Length - 1);
            documents.Add((delimiter, map.Count == 0 ? SourceText.OnLine(file, "", index + 1)
                : SourceText.Mapped(file, text.ToString(), map)));
        }

        return documents;
    }

    static IReadOnlyList<Argument>? Exec(string body)
    {
        var trimmed = body.Trim();
        if (!trimmed.StartsWith('[') || trimmed.Length > 100_000)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(trimmed, StringsJson.Default.StringArray)?.Select(item => new Argument(item ?? "")).ToList();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
