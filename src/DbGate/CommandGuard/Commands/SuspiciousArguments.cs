using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Commands;

/// <summary>Words in the arguments of an unknown program that state that it may lose data: <c>db reset</c>, <c>database:drop</c>.</summary>
static class SuspiciousArguments
{
    static readonly HashSet<string> Objects = new(StringComparer.OrdinalIgnoreCase) { "db", "database", "databases", "schema", "migrate",
        "migration", "migrations", "tables", "postgres", "pg" };

    static readonly HashSet<string> Verbs = new(StringComparer.OrdinalIgnoreCase) { "reset", "drop", "wipe", "purge", "truncate", "flush",
        "erase", "fresh", "nuke", "destroy", "rollback", "downgrade", "undo" };

    /// <summary>The words as they are written; null when there are none.</summary>
    public static string? In(IReadOnlyList<Argument> arguments)
    {
        var words = arguments.Skip(1).Where(argument => argument.IsKnown && !argument.Text.StartsWith('-') && argument.Text.Length < 40
            && !argument.Text.Contains(' ', StringComparison.Ordinal)).ToList();
        for (var index = 0; index < words.Count; index++)
        {
            var parts = Parts(words[index].Text);
            if (parts.Any(Objects.Contains) && parts.Any(Verbs.Contains))
            {
                return words[index].Text;
            }

            if (parts is [var only] && Objects.Contains(only) && index + 1 < words.Count && Parts(words[index + 1].Text) is [var verb, ..]
                && Verbs.Contains(verb))
            {
                return $"{words[index].Text} {words[index + 1].Text}";
            }
        }

        return null;
    }

    static string[] Parts(string word) => word.Contains('/', StringComparison.Ordinal) ? [] : word.Split(':', '-', '_', '.');
}
