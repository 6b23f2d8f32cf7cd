using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>Statements behind the rows that are too many to be planned as a whole.</summary>
public sealed class PiecesOfStatements
{
    const string Body = "x\r\n\n--\n-- Name: no object; Type: INDEX\n--\n;';";

    static readonly string Sql =
        "SET row_security = off;\n\n--\n-- Name: f(); Type: FUNCTION\n--\n\n"
        + $"CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$ SELECT '{Body.Replace("'", "''", StringComparison.Ordinal)}' $_$;\n\n\n"
        + "--\n-- Name: e; Type: EVENT TRIGGER\n--\n\nCREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION g();\n\n\n"
        + "--\n-- Name: t_i; Type: INDEX\n--\n\nCREATE INDEX t_i ON t (a);\n\n\n"
        + "--\n-- Name: c fk; Type: FK CONSTRAINT\n--\n\nALTER TABLE ONLY c\n    ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES p(id);\n";

    [TestCase(1, 4)]
    [TestCase(250, 2)]
    [TestCase(1 << 20, 1)]
    public void Are_whole_statements_and_together_the_text(int size, int expected)
    {
        using var reader = new StringReader(Sql);

        string[] pieces = [.. StatementChunks.Read(reader, size)];

        Assert.That(string.Concat(pieces), Is.EqualTo(Sql));
        Assert.That(pieces, Has.Length.EqualTo(expected));
        Assert.That(pieces.Select(IndexPlan.InOrder), Has.None.Null, "each can be taken apart");
    }

    [Test]
    public void Keep_their_order_but_for_event_triggers()
    {
        var plan = IndexPlan.InOrder(Sql)!;

        Assert.That(plan.Share(1, _ => 0), Is.Empty);
        Assert.That(
            plan.Rest.IndexOf("FOREIGN KEY", StringComparison.Ordinal),
            Is.GreaterThan(plan.Rest.IndexOf("INDEX t_i", StringComparison.Ordinal)));
        Assert.That(plan.Rest, Does.Contain("NOT VALID").And.Not.Contain("EVENT TRIGGER e ON"));
        Assert.That(plan.Last, Does.StartWith("CREATE EVENT TRIGGER e"));
    }

    [Test]
    public void Without_an_end_are_one_piece()
    {
        using var reader = new StringReader("SELECT '\n-- Name: a\n-- Name: b\n");

        Assert.That(StatementChunks.Read(reader, 1), Is.EqualTo(["SELECT '\n-- Name: a\n-- Name: b\n"]));
    }
}
