using System.Globalization;
using System.Text.RegularExpressions;
using DbGate.Statements;
using DbGate.Postgres;

namespace DbGate.Migrations.Failures;

/// <summary>Finds the statement that failed: from the server's own answer, or from what a tool kept of it. Pure.</summary>
static partial class FailurePlaces
{
    /// <summary>The direct engine sends the script's own texts, so the one that failed is known even where two are alike.</summary>
    public static FailurePlace? From(SqlScript script, PostgresFault fault)
    {
        var index =
            script.Statements.Index()
                .Where(one => ReferenceEquals(one.Item.Text, fault.Statement))
                .Select(one => (int?)one.Index)
                .FirstOrDefault();
        return index is { } known
            ? At(script, known, fault.Position is { } position ? Utf16(script.Statements[known].Text, position) : null)
            // its commit: the row's end follows the file
            : fault.Statement is null || script.Statements.Count == 0 ? null : At(script, script.Statements.Count - 1, null);
    }

    /// <summary>
    /// Of a tool's words. A native engine quotes the lines before an error with its position, counted in what it sent: the file, or
    /// a statement. An error that came up at run time has no position; then the names in its message may leave only one statement.
    /// </summary>
    public static FailurePlace? Read(SqlScript script, string? words)
    {
        if (words is null || script.Statements.Count == 0)
        {
            return null;
        }

        var text = Escapes().Replace(words, "").ReplaceLineEndings("\n");
        return Quoted(script, text) ?? (script.Statements.Count == 1 ? At(script, 0, null) : Named(script, text));
    }

    static FailurePlace? Quoted(SqlScript script, string text)
    {
        var offset =
            Original().Match(text) is { Success: true } match
                && int.TryParse(match.Groups["at"].Value, CultureInfo.InvariantCulture, out var parsed) ? parsed : (int?)null;
        var quoted = text.IndexOf("\nPosition:\n", StringComparison.Ordinal) is var start and >= 0
            ? text[(start + 11)..].Split('\n').Select(line => Numbered().Match(line)).TakeWhile(line => line.Success).LastOrDefault()
            : null;
        if (offset is null || quoted is null)
        {
            return null;
        }

        var (line, content) =
            (int.Parse(quoted.Groups["line"].ValueSpan, CultureInfo.InvariantCulture), Bare(quoted.Groups["text"].ValueSpan));
        var whole = Utf16(script.Text, offset.Value);
        if (script.Text.AsSpan(0, whole).Count('\n') + 1 == line && LineOf(script.Text, whole) == content)
        {
            var at = script.Statements.Index().LastOrDefault(one => one.Item.Offset <= whole).Index;
            return At(script, at, Math.Max(0, whole - script.Statements[at].Offset));
        }

        var fitting = script.Statements.Index()
            .Select(one => (one.Index, At: Utf16(one.Item.Text, offset.Value), one.Item.Text))
            .Where(one => one.Text.AsSpan(0, one.At).Count('\n') + 1 == line && LineOf(one.Text, one.At) == content)
            .ToArray();
        return fitting.Length == 1 ? At(script, fitting[0].Index, fitting[0].At) : null;
    }

    /// <summary>What the server's message names.</summary>
    public static IReadOnlyList<string> NamesIn(string text)
    {
        var message = text.ReplaceLineEndings("\n").Split('\n').FirstOrDefault(line => Message().IsMatch(line)) ?? "";
        return [.. Names().Matches(message).Select(name => name.Groups["name"].Value).Distinct(StringComparer.Ordinal)];
    }

    static FailurePlace? Named(SqlScript script, string text)
    {
        var names = NamesIn(text);
        var fitting = names.Count == 0
            ? []
            : script.Statements.Index().Where(one => names.All(name => IsIn(one.Item.Text, name))).Select(one => one.Index).ToArray();
        return fitting.Length == 1 ? At(script, fitting[0], null) with { IsCertain = false } : null;
    }

    static bool IsIn(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at =
            text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !Characters.IsIdentifierPart(text[at - 1]))
                && (at + name.Length == text.Length || !Characters.IsIdentifierPart(text[at + name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    static FailurePlace At(SqlScript script, int index, int? offset)
    {
        var statement = script.Statements[index];
        var at = statement.Offset + Math.Clamp(offset ?? 0, 0, Math.Max(0, statement.Text.Length - 1));
        var (line, column) = new LineCounter(script.Text).At(at);
        return new FailurePlace(index + 1, line, column, IsCertain: true);
    }

    static string LineOf(string text, int offset)
    {
        var start = offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;
        return Bare(text.AsSpan(start)[..Characters.LineLength(text.AsSpan(start))]);
    }

    /// <summary>A statement taken out of its file has lost its semicolon.</summary>
    static string Bare(ReadOnlySpan<char> line) => line.Trim().TrimEnd(';').TrimEnd().ToString();

    /// <summary>The server counts characters from 1, a string UTF-16 units from 0.</summary>
    static int Utf16(string text, int position)
    {
        var offset = 0;
        for (var left = position - 1; left > 0 && offset < text.Length; left--)
        {
            offset += char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length ? 2 : 1;
        }

        return Math.Min(offset, Math.Max(0, text.Length - 1));
    }

    [GeneratedRegex(@"\u001b\[[0-9;]*m")]
    private static partial Regex Escapes();

    [GeneratedRegex(@"position: Some\(Original\((?<at>[0-9]{1,9})\)\)")]
    private static partial Regex Original();

    [GeneratedRegex(@"^\s*(?<line>[0-9]{1,7})(?:\s(?<text>.*))?$")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\bERROR: |^No such (?:table|column)|already exists|does not exist")]
    private static partial Regex Message();

    [GeneratedRegex("""
        "(?<name>[^"]+)"|^No such \w+: (?<name>\S+)
        """)]
    private static partial Regex Names();
}
