using DbGate.Texts;

namespace DbGate.Reports.Actions;

/// <summary>
/// The lines by which a process speaks to GitHub's runner
/// (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands). Pure.
/// </summary>
static class WorkflowCommands
{
    /// <summary>Opens a group, which a log shows folded under its title.</summary>
    public static string Group(string title) => $"::group::{Data(TextSanitizer.Line(title))}";

    /// <summary>Closes the group.</summary>
    public const string EndGroup = "::endgroup::";

    /// <summary>From here on the runner shows <c>***</c> wherever this value would be in the log.</summary>
    public static string Mask(string secret) => $"::add-mask::{Data(secret)}";

    /// <summary>From here on no line is a command, until <see cref="Resume"/> with the same token.</summary>
    /// <param name="token">Random: anyone who knows it could end the fence.</param>
    public static string Stop(string token) => $"::stop-commands::{token}";

    /// <summary>Ends what <see cref="Stop"/> began.</summary>
    public static string Resume(string token) => $"::{token}::";

    /// <summary>Text of others, which the runner must not obey. Untouched when no line of it could be a command.</summary>
    /// <param name="text">Whole lines.</param>
    /// <param name="token">Random.</param>
    public static string Fence(string text, string token)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('\n').Any(IsCommand) ? $"{Stop(token)}\n{text}{(text.EndsWith('\n') ? "" : "\n")}{Resume(token)}\n" : text;
    }

    /// <summary>What the runner decodes again in a message.</summary>
    internal static string Data(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);

    /// <summary>In a property, colon and comma are marks, too.</summary>
    internal static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    // The runner trims a line before it looks; its older form, ##[command], counts wherever it is.
    static bool IsCommand(string line) =>
        line.TrimStart().StartsWith("::", StringComparison.Ordinal) || line.Contains("##[", StringComparison.Ordinal);
}
