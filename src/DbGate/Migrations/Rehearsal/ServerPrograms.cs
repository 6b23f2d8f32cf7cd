using DbGate.Problems;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Statements that run a program on the server's machine or read and write its files. At a rehearsal that is the machine of the run, and
/// the statement comes from the commit. Pure.
/// </summary>
static class ServerPrograms
{
    static readonly string[] Functions =
    [
        "pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_stat_file", "lo_import", "lo_export", "pg_file_write", "pg_reload_conf",
        "pg_rotate_logfile",
    ];

    static readonly string[] SafeLanguages = ["sql", "plpgsql", "internal"];

    /// <exception cref="GateException">DBG0545: a statement does.</exception>
    public static void Demand(IEnumerable<SqlScript> scripts)
    {
        foreach (var script in scripts)
        {
            foreach (var statement in script.Statements)
            {
                if (Find(statement.Text) is { } what)
                {
                    throw new GateException(RehearsalProblems.ReachesMachine(what, script.Locate(statement)));
                }
            }
        }
    }

    /// <summary>What of a statement does; null when nothing is seen. A text that a block puts together is not seen.</summary>
    public static string? Find(string sql)
    {
        var cursor = new TokenCursor(sql);
        if (cursor.Take("copy"))
        {
            return cursor.SkipTo("from", "to") ? OfCopy(cursor) : null;
        }

        if (cursor.Take("load"))
        {
            return "LOAD reads a library of the server";
        }

        var isRoutine = cursor.Is("create") && (cursor.Ahead("function") || cursor.Ahead("procedure"));
        while (!cursor.AtEnd)
        {
            if (isRoutine && cursor.Take("language"))
            {
                if (cursor.Identifier().Trim('\'').ToLowerInvariant() is var language && !SafeLanguages.Contains(language)
                    && (language == "c" || language.EndsWith('u')))
                {
                    return $"a function in the untrusted language {language}";
                }

                continue;
            }

            if (Array.Find(Functions, cursor.Is) is { } function && cursor.NextIsSymbol("("))
            {
                return function;
            }

            cursor.Skip();
        }

        return null;
    }

    static string? OfCopy(TokenCursor cursor)
    {
        cursor.Skip();
        return cursor.Is("program") && cursor.NextIsString ? "COPY … PROGRAM runs a program"
            : cursor.IsString ? "COPY reads or writes a file of the server"
            : null;
    }
}
