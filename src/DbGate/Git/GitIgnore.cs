namespace DbGate.Git;

/// <summary>The ignore rules in force in a folder: its own file's, then those of the folders above. The last rule that matches
/// decides.</summary>
sealed class GitIgnore
{
    readonly GitIgnore? parent;
    readonly string folder;
    readonly GlobPattern[] rules;

    GitIgnore(GitIgnore? parent, string folder, GlobPattern[] rules) => (this.parent, this.folder, this.rules) = (parent, folder, rules);

    public static GitIgnore None { get; } = new(null, "", []);

    /// <summary>These rules and those of a file in a folder below.</summary>
    /// <param name="relative">The folder, relative to the root, without a slash at its end.</param>
    /// <param name="lines">The file's lines.</param>
    public GitIgnore With(string relative, IEnumerable<string> lines)
    {
        var parsed = lines.Select(GlobPattern.Parse).OfType<GlobPattern>().Reverse().ToArray();
        return parsed.Length == 0 ? this : new GitIgnore(this, relative, parsed);
    }

    public bool Ignores(string path, bool isDirectory)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        for (var scope = this; scope is not null; scope = scope.parent)
        {
            var local = scope.folder.Length == 0 ? path : path.AsSpan(scope.folder.Length + 1);
            foreach (var rule in scope.rules)
            {
                if ((isDirectory || !rule.IsDirectoryOnly) && rule.Matches(local, name))
                {
                    return !rule.IsNegated;
                }
            }
        }

        return false;
    }
}
