using DbGate.Migrations;
using DbGate.Migrations.Tools;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Of a file with both directions only the one that is applied is read: the other one drops what it made.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class UpParts
{
    [TestCase("dbmate", "1_a.sql", "-- migrate:up\nCREATE TABLE t (a int);\n-- migrate:down\nDROP TABLE t;\n")]
    [TestCase("dbmate", "1_a.sql", "-- migrate:up transaction:false\nCREATE TABLE t (a int);\n-- migrate:down\nDROP TABLE t;\n")]
    [TestCase("goose", "1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE t (a int);\n-- +goose Down\nDROP TABLE t;\n")]
    [TestCase("goose", "1_a.sql", "-- +goose Down\nDROP TABLE t;\n-- +goose Up\nCREATE TABLE t (a int);\n")]
    [TestCase("node-pg-migrate", "1_a.sql", "-- Up Migration\nCREATE TABLE t (a int);\n---- down migration\nDROP TABLE t;\n")]
    [TestCase("node-pg-migrate", "1_a.sql", "CREATE TABLE t (a int);\n")]
    [TestCase("golang-migrate", "1_a.up.sql", "CREATE TABLE t (a int);\n")]
    [TestCase("sqlx", "1_a.sql", "CREATE TABLE t (a int);\n")]
    public void Are_the_only_statements(string tool, string file, string text)
    {
        using var project = new GatedProject().With($"m/{file}", text).With("m/1_a.down.sql", "DROP TABLE t;\n");
        var folder = MigrationToolCatalog.Find(tool)!.Read(project.Root, project.Of("m"));
        var script = folder.Migrations.Single(migration => migration.ShownAs == $"m/{file}").Split();

        Assert.That(
            script.Statements.Select(statement => statement.Text),
            Is.EqualTo(new[] { "CREATE TABLE t (a int)" }).Or.EqualTo(new[] { "CREATE TABLE t (a int);" }));
        Assert.That(
            script.Locate(script.Statements[0]).Line,
            Is.EqualTo(Array.FindIndex(text.Split('\n'), line => line.StartsWith("CREATE", StringComparison.Ordinal)) + 1),
            "lines are those of the file");
    }
}
