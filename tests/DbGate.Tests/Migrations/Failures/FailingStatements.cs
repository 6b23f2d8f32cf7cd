using DbGate.Migrations.Failures;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Failures;

/// <summary>
/// The statement that failed, found in what Prisma's native engine leaves in the ledger; the texts are as it writes them.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class FailingStatements
{
    const string Sql = """
        -- Größe
        CREATE TABLE "Half" (id int);

        ALTER TABLE "User" ADD COLUMN "name" text;
        ALTER TABLE "User"
          ADD COLUMN nothing nothing;
        UPDATE "User" SET "name" = 'n';
        ALTER TABLE "User" ADD CONSTRAINT few CHECK (id < 2);

        """;

    static readonly SqlScript Script = StatementSplitter.Split(Sql, "1_a/migration.sql");

    [Test]
    public void Are_found_by_the_position_in_the_whole_file() =>
        Assert.That(
            Read(
                "type \"nothing\" does not exist", 3,
                ["", "ALTER TABLE \"User\" ADD COLUMN \"name\" text;", "ALTER TABLE \"User\"", "  ADD COLUMN nothing nothing;"],
                Sql.IndexOf("nothing nothing", StringComparison.Ordinal) + 9), Is.EqualTo(new FailurePlace(3, 6, 22, true)));

    [Test]
    public void Are_found_by_the_position_in_the_statement_alone()
    {
        const string statement = "ALTER TABLE \"User\"\n  ADD COLUMN nothing nothing";
        Assert.That(
            Read(
                "type \"nothing\" does not exist", 0, ["", "ALTER TABLE \"User\"", "  ADD COLUMN nothing nothing"],
                statement.LastIndexOf("nothing", StringComparison.Ordinal) + 1), Is.EqualTo(new FailurePlace(3, 6, 22, true)));
    }

    [Test]
    public void Are_found_in_files_of_Windows()
    {
        var script = StatementSplitter.Split(Sql.ReplaceLineEndings("\r\n"), "1_a/migration.sql");
        var words =
            Words(
                "type \"nothing\" does not exist", 5, ["ALTER TABLE \"User\"\r", "  ADD COLUMN nothing nothing;\r"],
                script.Text.IndexOf("nothing nothing", StringComparison.Ordinal) + 9);

        Assert.That(FailurePlaces.Read(script, words)?.Line, Is.EqualTo(6));
    }

    [Test]
    public void Are_not_found_where_the_quoted_line_is_another_one() =>
        Assert.That(Read("syntax error", 3, ["something else"], 12), Is.Null);

    [Test]
    public void Are_concluded_from_the_names_where_only_one_has_all_of_them() =>
        Assert.That(
            FailurePlaces.Read(Script, Words("check constraint \"few\" of relation \"User\" is violated by some row", 0, [], null)),
            Is.EqualTo(new FailurePlace(5, 8, 1, false)));

    [TestCase("column \"name\" of relation \"User\" contains null values", TestName = "Are not concluded where two have the names")]
    [TestCase("out of memory", TestName = "Are not concluded without a name")]
    [TestCase("relation \"Us\" does not exist", TestName = "Are not concluded from a part of a name")]
    public void Are_not_concluded(string message) => Assert.That(FailurePlaces.Read(Script, Words(message, 0, [], null)), Is.Null);

    [Test]
    public void Are_concluded_from_the_WebAssembly_engine_too() =>
        Assert.That(
            FailurePlaces.Read(
                Script, "external connector error\nNo such table: Half\n   0: sql_schema_connector::apply_migration::apply_script"),
                Is.EqualTo(new FailurePlace(1, 2, 1, false)));

    [Test]
    public void Are_certain_where_there_is_only_one() =>
        Assert.That(
            FailurePlaces.Read(StatementSplitter.Split("\nSELECT 1/0;\n", "f"), Words("division by zero", 0, [], null)),
            Is.EqualTo(new FailurePlace(1, 2, 1, true)));

    [TestCase(null)]
    [TestCase("")]
    public void Are_not_invented(string? words) => Assert.That(FailurePlaces.Read(Script, words), Is.Null);

    static FailurePlace? Read(string message, int before, string[] lines, int position) =>
        FailurePlaces.Read(Script, Words(message, before, lines, position));

    static string Words(string message, int before, string[] lines, int? position) =>
        "A migration failed to apply. New migrations cannot be applied before the error is recovered from.\n\nMigration name: "
            + "1_a\n\nDatabase error code: 42704\n\n"
        + $"Database error:\nERROR: {message}\n\n"
        + (position is null
            ? ""
            : $"Position:\n{string.Join('\n', lines.Select((line, index) =>
                $"\u001b[1m{before + index,3}\u001b[0m {line}".TrimEnd(' ')))}\n\n")
        + $"DbError {{ severity: \"ERROR\", code: SqlState(E42704), message: \"x\", position: "
        + $"{(position is null ? "None" : $"Some(Original({position}))")}, where_: None }}\n\n   0: sql_schema_connector";
}
