using System.Text.RegularExpressions;

namespace DbGate.Frosting;

/// <summary>
/// How the commands in messages are written for the person who reads them. Reports name <c>./build.sh --target=…</c>, whatever made
/// them, so that the same run leaves the same bytes; a host with a shorter spelling registers this for its screen.
/// </summary>
/// <param name="Program">The host's own command, such as <c>dbgate</c>; it takes the task as its first word, and shows a problem's page by <c>help</c>.</param>
public sealed partial record CommandSpelling(string Program)
{
    /// <summary>The text with its commands written for this host.</summary>
    public string Of(string text) => Page().Replace(Script().Replace(WithTask().Replace(text, $"{Program} $1"), Program), $"{Program} help $1");

    [GeneratedRegex(@"\./build\.sh --target=([a-z][a-z-]*)")]
    private static partial Regex WithTask();

    [GeneratedRegex(@"\./build\.sh")]
    private static partial Regex Script();

    [GeneratedRegex(@"\bdocs/(DBG[0-9]{4})\.md")]
    private static partial Regex Page();
}
