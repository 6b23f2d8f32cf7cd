using System.Text;
using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Migrations.Deploy;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>
/// The SQL of EF Core's migrations: <c>dotnet ef migrations script</c> builds the project and prints all of it, each migration with the
/// statement that inserts its row. The project and the context are those of the deploy command.
/// </summary>
static partial class EfCoreScripts
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>One run asks several times; each time a whole build would run.</summary>
    static volatile Printed? newest;

    sealed record Printed(string Key, string Script, bool IsModelAhead);

    static readonly string[] Options = ["--project", "-p", "--startup-project", "-s", "--context", "-c", "--framework", "--configuration"];

    /// <summary>Reads the SQL of these migrations, and asks whether the model is ahead of them.</summary>
    /// <param name="tool">EF Core.</param>
    /// <param name="command">The deploy command.</param>
    /// <param name="root">The project's folder.</param>
    /// <param name="connection">The target's URL, for applications that open it when they start.</param>
    /// <param name="migrations">The migrations.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<SqlReading> ReadAsync(
        MigrationTool tool, string command, string root, Postgres.PostgresUrl connection, IReadOnlyList<Migration> migrations,
        CancellationToken cancellationToken)
    {
        var words = CommandLineSplitter.Split(command);
        if (Tool(words) is not { } program)
        {
            return new($"the deploy command is not dotnet ef: {command}");
        }

        var key = $"{command}\n{Stamp(root)}";
        if (newest is { } known && known.Key == key)
        {
            return Reading(tool, known, migrations);
        }

        var file = Path.Combine(Path.GetTempPath(), $"dbgate-{Guid.NewGuid():N}.sql");
        try
        {
            var outcome = await RunAsync("script", ["0", "--output", file]);
            if (!outcome.Succeeded || !File.Exists(file))
            {
                return new(
                    $"dotnet ef migrations script ended with exit code {outcome.ExitCode}: "
                        + $"{LastLine(outcome.StandardError) ?? LastLine(outcome.StandardOutput)}");
            }

            // It was built a moment ago. The command exists from EF Core 8 on; only its own answer counts.
            var model = await RunAsync("has-pending-model-changes", ["--no-build"]);
            var isAhead =
                !model.Succeeded
                    && $"{model.StandardOutput}{model.StandardError}".Contains(
                        "Changes have been made to the model", StringComparison.Ordinal);
            newest = new(key, await File.ReadAllTextAsync(file, cancellationToken), isAhead);
            return Reading(tool, newest, migrations);
        }
        catch (GateException exception)
        {
            return new(exception.Problem.Message);
        }
        finally
        {
            File.Delete(file);
        }

        Task<ChildOutcome> RunAsync(string what, string[] arguments) => ChildProcess.RunAsync(
            new ChildCommand(
                CommandLineSplitter.ProgramIn(program[0], root),
                [.. program.Skip(1), "migrations", what, .. arguments, .. Passed(words)])
            {
                EnvironmentBase = EnvironmentBase.Inherited,
                Environment = ToolVariables.Add(
                    new Dictionary<string,
                        string?>(
                            WithheldVariables.Names.Select(name =>
                                KeyValuePair.Create(name, (string?)null))) { ["DATABASE_URL"] = connection.Reveal() }, connection),
                Secrets = connection.Secrets,
                WorkingDirectory = root,
                Deadline = Deadline,
            },
            cancellationToken);
    }

    static SqlReading Reading(MigrationTool tool, Printed printed, IReadOnlyList<Migration> migrations) => new(
        Provide(printed.Script, migrations),
        printed.IsModelAhead
            ? [ToolProblems.History(
                tool, "the model has changes that no migration makes", "dotnet ef migrations has-pending-model-changes reports them",
                new Fix(
                    "Add a migration for them", FixCommand.Run("dotnet", "ef", "migrations", "add", CommandArgument.Placeholder("name"))))]
            : []);

    /// <summary>All sources, by length and time.</summary>
    static string Stamp(string root)
    {
        var stamp = new StringBuilder(root);
        foreach (var file in ProjectTree.Read(
            root).Files.Where(file => Path.GetExtension(file) is ".cs" or ".csproj" or ".props" or ".json"))
        {
            var info = new FileInfo(Path.Combine(root, file));
            stamp.Append('\n').Append(file).Append(info.Length).Append(' ').Append(info.LastWriteTimeUtc.Ticks);
        }

        return stamp.ToString();
    }

    /// <summary>Splits the script and gives each migration its part.</summary>
    internal static string? Provide(string script, IReadOnlyList<Migration> migrations)
    {
        var parts = Split(script);
        foreach (var migration in migrations.Where(one => !one.HasSql))
        {
            if (!parts.TryGetValue(migration.Name, out var sql))
            {
                return $"the script of dotnet ef does not have {migration.Name}: it belongs to another context or project than the deploy "
                    + "command's";
            }

            MigrationScripts.Provide(migration, sql);
        }

        return null;
    }

    /// <summary>
    /// The statements before each row's insert. A statement that a migration wrote without its semicolon swallows the COMMIT after it (EF
    /// Core writes an empty line between them); there it gets one.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Split(string script)
    {
        var (parts, part) = (new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), new StringBuilder());
        var text = Unfinished().Replace(script.TrimStart('\uFEFF').ReplaceLineEndings("\n"), "$1;\n\n");
        var start = 0;
        foreach (Match insert in Insert().Matches(text))
        {
            part.Append(text, start, insert.Index - start);
            start = insert.Index + insert.Length;
            if (text.IndexOf("COMMIT;", start, StringComparison.Ordinal) is >= 0 and var commit && text[start..commit].Trim().Length == 0)
            {
                part.Append("COMMIT;\n");
                start = commit + "COMMIT;".Length;
            }

            parts[insert.Groups[1].Value] = CreateLedger().Replace(part.ToString(), "").Trim() + "\n";
            part.Clear();
        }

        return parts;
    }

    /// <summary>The words that start <c>dotnet ef</c>; null where the deploy command is another one.</summary>
    internal static string[]? Program(string command) => Tool(CommandLineSplitter.Split(command));

    /// <summary>Project, context and the like.</summary>
    internal static string[] PassedBy(string command) => [.. Passed(CommandLineSplitter.Split(command))];

    static string[]? Tool(IReadOnlyList<string> words) => words switch
    {
        ["dotnet", "ef", "database", "update", ..] => ["dotnet", "ef"],
        ["dotnet", "tool", "run", "dotnet-ef", ..] => ["dotnet", "tool", "run", "dotnet-ef"],
        [var program, "database", "update", ..] when Path.GetFileNameWithoutExtension(program) == "dotnet-ef" => [program],
        _ => null,
    };

    static IEnumerable<string> Passed(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Options.Contains(words[i]) && i + 1 < words.Count)
            {
                yield return words[i];
                yield return words[++i];
            }
            else if (Options.Any(option => words[i].StartsWith(option + "=", StringComparison.Ordinal)))
            {
                yield return words[i];
            }
        }
    }

    static string? LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();

    [GeneratedRegex(
        """^INSERT INTO (?:"?[\w$]+"?\.)?"?[\w$]+"? \("?(?:MigrationId|migration_id)"?, "?(?:ProductVersion|product_version)"?\)\nVALUES \('([^']+)', '[^']*'\);\n?""", RegexOptions.Multiline)]
    private static partial Regex Insert();

    [GeneratedRegex("""^CREATE TABLE IF NOT EXISTS [^\n]*\(\n\s*"?(?:MigrationId|migration_id)"?[\s\S]*?^\);\n?""", RegexOptions.Multiline)]
    private static partial Regex CreateLedger();

    [GeneratedRegex(@"([^;\s])\n\n(?=COMMIT;\n|INSERT INTO [^\n]*(?:MigrationId|migration_id))")]
    private static partial Regex Unfinished();
}
