using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>How commands are written in a chain: one line, without secrets. Pure.</summary>
static partial class CallText
{
    public static string Written(ToolCommand command) => command.WrittenAs is { } text ? Shorten(text)
        : Shorten($"{command.Tool.Name} {string.Join(' ', command.Arguments.Select(argument => Redact(argument.Raw)))}");

    /// <summary>One line, without a password in a URL.</summary>
    public static string Shorten(string text)
    {
        var line = Redact(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word != "\\")));
        return line.Length <= 160 ? line : line[..157] + "…";
    }

    public static CallSite SiteOf(Frame frame, SimpleCommand command) =>
        new(new SourceLocation(frame.Source.File, frame.Source.LineAt(command.Offset)), frame.NamesOnly ? frame.Label
            : Shorten($"{frame.Label} {Slice(frame, command)}"));

    public static string Slice(Frame frame, SimpleCommand command)
    {
        var start = Math.Clamp(command.Offset, 0, frame.Source.Text.Length);
        return frame.Source.Text.Substring(start, Math.Clamp(command.Length, 0, Math.Min(400, frame.Source.Text.Length - start))).Trim();
    }

    public static string Quote(string text) => text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '/' or '.' or ':' or '='
        or '@') && text.Length > 0 ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    static string Redact(string text) => text.Contains("://", StringComparison.Ordinal) ? Secrets().Replace(text, "$1***@") : text;

    [System.Text.RegularExpressions.GeneratedRegex("""(://)[^\s/@'"]*(?::[^\s'"@]*)?@""")]
    private static partial System.Text.RegularExpressions.Regex Secrets();
}
