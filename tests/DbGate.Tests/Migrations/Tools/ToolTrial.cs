using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>A project and a ledger of some migration tool, judged as verify-ready judges them.</summary>
static class ToolTrial
{
    /// <summary>Empties a database, but for what a server always has.</summary>
    const string Reset = """
        DO $$ DECLARE s text; BEGIN
          FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
            EXECUTE format('DROP SCHEMA %I CASCADE', s);
          END LOOP;
          CREATE SCHEMA public;
        END $$
        """;

    public static async Task PrepareAsync(TestDatabase database, string sql)
    {
        await database.ExecuteAsync(Reset);
        await database.ExecuteAsync(sql);
    }

    public static async Task<CheckResult> JudgeAsync(
        TestDatabase database, GatedProject project, string? tool = null, params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText };
        if (tool is not null)
        {
            variables["DBGATE_MIGRATION_TOOL"] = tool;
        }

        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        await using var context = new GateContext(project.Read(variables));
        return (await CheckRunner.RunAsync([new MigrationsCheck()], context, CancellationToken.None)).Single().Result;
    }

    public static GatedProject Project(params IEnumerable<(string File, string Text)> files)
    {
        var project = new GatedProject();
        foreach (var (file, text) in files)
        {
            project.With(file, text);
        }

        return project;
    }

    /// <summary>Codes of what blocks, without repetition.</summary>
    public static string Codes(CheckResult result) =>
        string.Join(
            ' ',
            result.Problems.Where(problem => problem.IsBlocking)
                .Select(problem => problem.Code.Id)
                .Distinct()
                .Order(StringComparer.Ordinal));
}
