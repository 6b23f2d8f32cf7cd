using System.Globalization;
using DbGate.Problems;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace DbGate.MSBuild;

/// <summary>A problem as an item.</summary>
static class FindingItem
{
    public static ITaskItem From(Problem problem, string? file, string link)
    {
        var item = new TaskItem(problem.Code.Id);
        foreach (var (name, value) in new (string, string?)[]
        {
            ("Severity", problem.Severity.ToString().ToLowerInvariant()),
            ("Message", problem.Message),
            ("Cause", problem.Cause),
            ("State", problem.State),
            ("Fix", problem.Fix?.InLine(CommandStyle.MSBuild)),
            ("File", file),
            ("Line", problem.Location?.Line?.ToString(CultureInfo.InvariantCulture)),
            ("HelpLink", link),
        })
        {
            item.SetMetadata(name, Escaped(value ?? ""));
        }

        return item;
    }

    /// <summary>What MSBuild would read as its own syntax, written as it wants it.</summary>
    static string Escaped(string text) =>
        string.Concat(text.Select(c => c is '%' or '$' or '@' or '(' or ')' or ';' or '\'' or '*' or '?' ? $"%{(int)c:x2}" : c.ToString()));
}
