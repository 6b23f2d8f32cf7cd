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
    /// <summary>Who calls the methods of the program that is followed; null for a program that is not compiled.</summary>
    public CallerConditions? Callers { get; set; }

    readonly Dictionary<(Language Language, SourceText Source), IReadOnlyList<CodeMatch>> scanned = [];

    /// <summary>The calls in a program, read once.</summary>
    public IReadOnlyList<CodeMatch> Matches(SourceText source, Language language) =>
        scanned.TryGetValue((language, source), out var known) ? known
            : scanned[(language, source)] = CodeScanner.Scan(source.Text, CodeScanner.NameOf(language));

    public void Run(SourceText source, Language language, CallPath trail, Scope scope)
    {
        foreach (var match in Matches(source, language))
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
                scope with { DevelopmentOnly = scope.DevelopmentOnly ?? match.DevelopmentOnly ?? Callers?.Of(source, match.Offset) });
        }
    }
}
