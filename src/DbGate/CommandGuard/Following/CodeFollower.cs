using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Tools;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Records what a program does to the database by itself: calls and settings of migration libraries.</summary>
sealed class CodeFollower(FollowSession session)
{
    readonly Dictionary<(Language Language, string Text), IReadOnlyList<CodeMatch>> scanned = [];

    public void Run(SourceText source, Language language, CallPath trail, Scope scope)
    {
        if (!scanned.TryGetValue((language, source.Text), out var matches))
        {
            scanned[(language, source.Text)] = matches = CodeScanner.Scan(source.Text, Name(language));
        }

        foreach (var match in matches)
        {
            if (match.Pattern.UnlessProduction is { } variable && scope.Environment.GetValueOrDefault(variable) == "production")
            {
                continue;
            }

            var end = source.Text.IndexOf('\n', match.Offset) is >= 0 and var line ? line : source.Text.Length;
            var start = match.Offset == 0 ? 0 : source.Text.LastIndexOf('\n', match.Offset - 1) + 1;
            var site = new CallSite(new SourceLocation(source.File, source.LineAt(match.Offset)),
                CallText.Shorten(source.Text[start..end]));
            var operation = match.Pattern.Text.Trim('.').Split(["…", "{", ","], StringSplitOptions.None)[^1]
                .Trim() is { Length: > 0 } last && match.Pattern.Text.Contains('…', StringComparison.Ordinal) ? last
                : match.Pattern.Text.Trim('.', ' ').TrimEnd('(', '{', ' ');
            var command = new ToolCommand(match.Tool, operation.Replace("await ", "", StringComparison.Ordinal), match.Pattern.Class,
                match.Pattern.Effect) { WrittenAs = site.Text };
            session.Tools.Record(command, new CallPath(trail.Further(), site, site.Text),
                scope with { DevelopmentOnly = scope.DevelopmentOnly ?? match.DevelopmentOnly });
        }
    }

    static string Name(Language language) => language switch
    {
        Language.JavaScript => "js",
        Language.CSharp => "csharp",
        _ => language.ToString().ToLowerInvariant(),
    };
}
