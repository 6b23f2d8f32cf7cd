using DbGate.Migrations;
using DbGate.Migrations.Tools;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>The script of dotnet ef, taken apart.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class EfScripts
{
    [Test]
    public void Give_each_migration_its_statements()
    {
        var parts =
            EfCoreScripts.Split(
                File.ReadAllText(
                    Path.Combine(Repository.Root, "tests", "DbGate.Tests", "Migrations", "Tools", "Fixtures", "efcore-script.txt")));

        Assert.That(parts.Keys, Is.EqualTo(new[] { "20260101000000_Init", "20260102000000_Index", "20260103000000_Fn" }));
        Assert.That(parts.Values, Has.None.Contains("__EFMigrationsHistory"));
        Assert.That(Statements(parts["20260101000000_Init"]), Is.EqualTo(new[] { "START TRANSACTION", "CREATE TABLE", "COMMIT" }));
        Assert.That(
            Statements(parts["20260103000000_Fn"]), Is.EqualTo(new[] { "START TRANSACTION", "CREATE FUNCTION", "ALTER TABLE", "COMMIT" }));
        Assert.That(Statements(parts["20260102000000_Index"]), Does.Contain("CREATE INDEX").And.Contain("create table"));
    }

    /// <summary>A migration that the script does not have belongs to another context: nothing is taken for empty.</summary>
    [Test]
    public void Do_not_take_a_missing_migration_for_an_empty_one()
    {
        using var project = new GatedProject().With("Data/20260104000000_Other.cs", "[Migration(\"20260104000000_Other\")]");
        var folder = MigrationToolCatalog.Find("efcore")!.Read(project.Root, project.Root);

        Assert.That(EfCoreScripts.Provide("", folder.Migrations), Does.Contain("does not have 20260104000000_Other"));
        Assert.That(folder.Migrations.Single().HasSql, Is.False);
    }

    static string[] Statements(string sql) =>
        [.. DbGate.Statements.StatementSplitter.Split(
            sql,
            "x").Statements.Select(statement =>
                string.Join(
                    ' ',
                    statement.Text.Split([' ', '\n', ';'], StringSplitOptions.RemoveEmptyEntries)
                        .Take(statement.Text.StartsWith("COMMIT", StringComparison.Ordinal) ? 1 : 2)))];
}
