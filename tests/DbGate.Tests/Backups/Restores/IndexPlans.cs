using DbGate.Statements.Parsing;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>Which of the statements behind the rows tables may have built side by side.</summary>
public sealed class IndexPlans
{
    const string Sql =
        """
        SET row_security = off;
        SET default_tablespace = '';

        -- Name: big big_pkey; Type: CONSTRAINT
        ALTER TABLE ONLY public.big
            ADD CONSTRAINT big_pkey PRIMARY KEY (id);

        CREATE INDEX small_i ON public.small USING btree (a);
        SET default_tablespace = fast;
        CREATE UNIQUE INDEX big_j ON public.big USING btree (lower(t)) WHERE (t <> ';');
        SET default_tablespace = '';
        ALTER TABLE public.big CLUSTER ON big_pkey;
        CREATE TRIGGER t BEFORE INSERT ON public.big FOR EACH ROW EXECUTE FUNCTION public.f();
        ALTER TABLE ONLY public.small ADD CONSTRAINT small_u UNIQUE (a);
        ALTER TABLE ONLY public.small
            ADD CONSTRAINT small_big FOREIGN KEY (a) REFERENCES public.big(id);
        """;

    [Test]
    public void Keys_and_indexes_go_to_shares_with_the_settings_that_were_in_force()
    {
        var shares = IndexPlan.From(Sql)!.Share(2, Rows);

        Assert.That(shares, Has.Count.EqualTo(2));
        Assert.That(shares[0], Does.Contain("big_pkey PRIMARY KEY").And.Contain("big_j").And.Not.Contain("small"));
        Assert.That(shares[1], Does.Contain("small_i").And.Contain("small_u UNIQUE").And.Not.Contain("big"));
        Assert.That(
            shares[0].IndexOf("fast", StringComparison.Ordinal),
            Is.InRange(shares[0].IndexOf("big_pkey", StringComparison.Ordinal), shares[0].IndexOf("big_j", StringComparison.Ordinal)));
    }

    [Test]
    public void All_the_rest_stays_word_for_word()
    {
        var rest = IndexPlan.From(Sql)!.Rest;

        Assert.That(
            rest,
            Does.Contain("CLUSTER ON big_pkey;").And.Contain("EXECUTE FUNCTION public.f();").And.Contain(
                "    ADD CONSTRAINT small_big FOREIGN KEY (a) REFERENCES public.big(id);"));
        Assert.That(rest, Does.Not.Contain("PRIMARY KEY (id)").And.Not.Contain("INDEX").And.Not.Contain("UNIQUE"));
    }

    [Test]
    public void Nothing_behind_a_function_is_taken_out_because_an_index_may_need_it()
    {
        var plan =
            IndexPlan.From(
                "CREATE INDEX a ON t (x); CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1; CREATE INDEX b "
                    + "ON t (f(x));")!;

        Assert.That(plan.Share(1, Rows)[0], Does.Contain("INDEX a").And.Not.Contain("INDEX b"));
        Assert.That(plan.Rest, Does.Contain("CREATE FUNCTION").And.Contain("INDEX b"));
    }

    [Test]
    public void One_table_is_never_in_two_shares() =>
        Assert.That(
            IndexPlan.From("CREATE INDEX a ON t (x); CREATE INDEX b ON t (y); CREATE INDEX c ON t (z);")!.Share(3, Rows),
            Has.Count.EqualTo(1));

    [Test]
    public void What_cannot_be_told_apart_is_run_as_it_stands() =>
        Assert.That(IndexPlan.From("CREATE INDEX a ON t (x); SELECT 'no end"), Is.Null);

    static long Rows(QualifiedName table) => table.Name == "big" ? 1_000_000 : 10;
}
