using DbGate.Statements;

namespace DbGate.Tests.Statements;

[Parallelizable(ParallelScope.All)]
public sealed class Splitting
{
    static string[] Split(string sql) => [.. StatementSplitter.Split(sql, "migration.sql").Statements.Select(statement => statement.Text)];

    [TestCase("", new string[0])]
    [TestCase(" ; ;; -- nothing\n", new string[0])]
    [TestCase("SELECT 1", new[] { "SELECT 1" })]
    [TestCase("SELECT 1;SELECT 2 ; ", new[] { "SELECT 1", "SELECT 2" })]
    [TestCase("SELECT ';'';';SELECT 2", new[] { "SELECT ';'';'", "SELECT 2" })]
    [TestCase(@"SELECT '\';SELECT 2", new[] { @"SELECT '\'", "SELECT 2" })]
    [TestCase(@"SELECT E'\';';SELECT 2", new[] { @"SELECT E'\';'", "SELECT 2" })]
    [TestCase(
        "SELECT E'a'\n'\\';' ;SELECT 2", new[] { "SELECT E'a'\n'\\';'", "SELECT 2" },
        TestName = "A string goes on behind a line break by its own rules")]
    [TestCase(
        "SELECT E'a' -- it's\n -- more\n'\\';' ;SELECT 2", new[] { "SELECT E'a' -- it's\n -- more\n'\\';'", "SELECT 2" },
        TestName = "A string goes on behind comments")]
    [TestCase(@"SELECT U&'\003b;'''; SELECT 2", new[] { @"SELECT U&'\003b;'''", "SELECT 2" })]
    [TestCase("SELECT \"a;\"\"\" FROM t;SELECT 2", new[] { "SELECT \"a;\"\"\" FROM t", "SELECT 2" })]
    [TestCase("SELECT U&\"d;\";SELECT 2", new[] { "SELECT U&\"d;\"", "SELECT 2" })]
    [TestCase("DO $$;$a$;$$;SELECT 2", new[] { "DO $$;$a$;$$", "SELECT 2" })]
    [TestCase("DO $a$;$$;$a$;SELECT 2", new[] { "DO $a$;$$;$a$", "SELECT 2" })]
    [TestCase("DO $ü_1$;$u$;$ü_1$;SELECT 2", new[] { "DO $ü_1$;$u$;$ü_1$", "SELECT 2" })]
    [TestCase("SELECT a$$b;SELECT $$;$$", new[] { "SELECT a$$b", "SELECT $$;$$" })]
    [TestCase("PREPARE p AS SELECT $1;SELECT $2$;$2", new[] { "PREPARE p AS SELECT $1", "SELECT $2$", "$2" })]
    [TestCase("SELECT 1 /* ; /* ; */ ; */ ;SELECT 2", new[] { "SELECT 1", "SELECT 2" })]
    [TestCase("SELECT 1 -- ;\n+ 1;SELECT 2", new[] { "SELECT 1 -- ;\n+ 1", "SELECT 2" })]
    [TestCase("SELECT 1 -- ;\r+ 1;SELECT 2", new[] { "SELECT 1 -- ;\r+ 1", "SELECT 2" }, TestName = "A carriage return ends a comment")]
    [TestCase("SELECT 2*-- ;\n3;SELECT 4", new[] { "SELECT 2*-- ;\n3", "SELECT 4" })]
    [TestCase("SELECT 2+/* ; */3;SELECT 4", new[] { "SELECT 2+/* ; */3", "SELECT 4" })]
    [TestCase(
        "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);SELECT 3",
        new[] { "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3" })]
    public void Cuts_where_the_server_does(string sql, string[] statements) => Assert.That(Split(sql), Is.EqualTo(statements));

    [TestCase("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END")]
    [TestCase("create or replace procedure f() begin atomic end")]
    [TestCase("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 end; SELECT 2 AS \"end\"; end")]
    [TestCase("CREATE FUNCTION f() RETURNS int BEGIN /* ; */ ATOMIC SELECT (SELECT 2); /**/ END")]
    public void Keeps_the_body_of_a_routine_whole(string routine) =>
        Assert.That(Split($"{routine}; SELECT 'END;'"), Is.EqualTo(new[] { routine, "SELECT 'END;'" }));

    [TestCase("BEGIN; SELECT 1; END; SELECT 2")]
    [TestCase("SELECT begin atomic; SELECT 1; END; SELECT 2")]
    [TestCase("CREATE TABLE function (x int); SELECT begin atomic; END; SELECT 1")]
    public void Takes_no_other_statement_for_a_routine(string sql) => Assert.That(Split(sql), Has.Length.EqualTo(4));

    [Test]
    public void Tells_line_column_and_offset()
    {
        var script = StatementSplitter.Split("-- c\r\nSELECT 1;\n\n  SELECT\n 2;", "m/migration.sql");

        Assert.That(
            script.Statements.Select(statement =>
                (statement.Offset, statement.Line, statement.Column, statement.LineAt(statement.Text.Length))),
            Is.EqualTo(new[] { (6, 2, 1, 2), (19, 4, 3, 5) }));
        Assert.That(script.Locate(script.Statements[1]).ToString(), Is.EqualTo("m/migration.sql:4:3"));
    }

    [Test]
    public void Collects_comments_within_statements_too()
    {
        var script = StatementSplitter.Split("/* a */ SELECT -- b\n1; -- c", "migration.sql");

        Assert.That(
            script.Comments.Select(comment => (comment.Text, comment.Line)),
            Is.EqualTo(new[] { ("/* a */", 1), ("-- b", 1), ("-- c", 2) }));
    }

    [Test]
    public void Lets_a_backslash_escape_where_the_server_does()
    {
        var script = StatementSplitter.Split(@"SELECT '\';';SELECT 2", "migration.sql", standardConformingStrings: false);

        Assert.That(script.Statements, Has.Count.EqualTo(2));
    }

    [Test]
    public void Leaves_a_byte_order_mark_out_of_the_first_statement() =>
        Assert.That(Split("\uFEFFSELECT 1;"), Is.EqualTo(new[] { "SELECT 1" }));

    [Test]
    public void Takes_nesting_of_any_depth()
    {
        var deep = string.Concat(Enumerable.Repeat("/*", 1_000_000)) + string.Concat(Enumerable.Repeat("*/", 1_000_000));

        Assert.That(Split($"{deep} SELECT {new string('(', 1_000_000)}1{new string(')', 1_000_000)};SELECT 2"), Has.Length.EqualTo(2));
    }
}
