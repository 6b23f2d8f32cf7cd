using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.CommandGuard;

/// <summary>Names the entrypoints that the policy leaves out. Pure but for the text of dbgate.json.</summary>
static class IgnoredPaths
{
    public static IReadOnlyList<IgnoredEntrypoints> From(IEnumerable<Entrypoint> entrypoints, PathClassifier classifier,
        Repository repository, SourceLocation? written) =>
    [
        .. entrypoints.Where(entry => entry.Context.Class == PathClass.Ignored).Select(entry => entry.File)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .GroupBy(file => classifier.IgnoringPattern(file) ?? "").OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
                new IgnoredEntrypoints(
                    group.Key, [.. group],
                    written is { } other && other.File != ProjectFile.Name ? other.Line : LineOf(group.Key, repository))
            {
                File = written?.File ?? ProjectFile.Name,
            }),
    ];

    static int? LineOf(string pattern, Repository repository)
    {
        var text = repository.Contains(ProjectFile.Name) ? repository.Read(ProjectFile.Name).Text : null;
        var at = pattern.Length == 0 ? -1 : text?.IndexOf($"\"{pattern}\"", StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : text.AsSpan(0, at).Count('\n') + 1;
    }
}
