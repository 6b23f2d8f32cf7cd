using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>What is left out of an archive's statements, or given to another role.</summary>
public sealed class StatementFilters
{
    const string Sql =
        """
        CREATE SCHEMA s; ALTER SCHEMA s OWNER TO old; CREATE EXTENSION IF NOT EXISTS "my-ext" WITH SCHEMA public; COMMENT ON EXTENSION "my-ext" IS 'x';
        CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$ SELECT 'ALTER TABLE t OWNER TO old;' $_$; ALTER FUNCTION f() OWNER TO "Old; 2";
        COMMENT ON TABLE t IS 'GRANT x TO old'; GRANT SELECT ON TABLE t TO old WITH GRANT OPTION; REVOKE ALL ON TABLE t FROM PUBLIC;
        SET SESSION AUTHORIZATION old; GRANT SELECT ON TABLE t TO other; RESET SESSION AUTHORIZATION;
        ALTER DEFAULT PRIVILEGES FOR ROLE old IN SCHEMA s GRANT SELECT ON TABLES TO other;
        CREATE POLICY p ON t FOR SELECT TO old, other USING ((a = ' TO old'::text)); CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();
        """;

    [TestCase(
        "owners", "", new[] { "OWNER TO old", "OWNER TO \"Old; 2\"", "AUTHORIZATION" },
        new[] { "SELECT 'ALTER TABLE t OWNER TO old;'", "GRANT SELECT", "CREATE POLICY" })]
    [TestCase(
        "privileges", "", new[] { "GRANT SELECT", "REVOKE", "DEFAULT PRIVILEGES", "AUTHORIZATION" },
        new[] { "'GRANT x TO old'", "OWNER TO old;" })]
    [TestCase("event-triggers", "", new[] { "EVENT TRIGGER" }, new[] { "OWNER TO old;" })]
    [TestCase("extension:my-ext", "", new[] { "EXTENSION" }, new[] { "CREATE SCHEMA" })]
    [TestCase(
        "", "old=new, Old; 2=x",
        new[] { "ALTER SCHEMA s OWNER TO old", "TABLE t TO old", "AUTHORIZATION old", "FOR ROLE old", "TO old, other",
            "OWNER TO \"Old; 2\"" },
        new[] { "OWNER TO \"new\"", "TO \"new\" WITH GRANT OPTION", "AUTHORIZATION \"new\"", "FOR ROLE \"new\" IN",
            "TO \"new\", other USING", "' TO old'::text", "f() OWNER TO \"x\"", "FROM PUBLIC" })]
    public void Leave_out_what_was_named_and_nothing_else(string omit, string map, string[] gone, string[] kept)
    {
        var text = new StatementFilter(RestoreChanges.TryParse(omit, map)!, new HashSet<string>()).Apply(Sql);

        var without =
            text.Replace("$_$ SELECT 'ALTER TABLE t OWNER TO old;' $_$", "", StringComparison.Ordinal)
                .Replace("'GRANT x TO old'", "", StringComparison.Ordinal);
        Assert.That(gone.Where(word => without.Contains(word, StringComparison.Ordinal)), Is.Empty);
        Assert.That(kept.Where(word => !text.Contains(word, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Of_an_extension_grant_what_is_there_and_miss_no_role()
    {
        var text = new StatementFilter(RestoreChanges.TryParse("extension:my-ext", "old=new role")!, new HashSet<string>()).Apply(
            "GRANT ALL ON FUNCTION f(text) TO old; REVOKE ALL ON TYPE x FROM PUBLIC;");

        Assert.That(
            text,
            Is.EqualTo(
                """
                DO $dbgate$
                BEGIN
                GRANT ALL ON FUNCTION f(text) TO "new role";
                EXCEPTION
                WHEN undefined_function OR undefined_table OR invalid_schema_name THEN NULL;
                WHEN undefined_object THEN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'new role') THEN RAISE; END IF;
                END $dbgate$; DO $dbgate$
                BEGIN
                REVOKE ALL ON TYPE x FROM PUBLIC;
                EXCEPTION
                WHEN undefined_function OR undefined_table OR invalid_schema_name THEN NULL;
                WHEN undefined_object THEN NULL;
                END $dbgate$;
                """));
    }

    [Test]
    public void Of_extensions_that_are_there_leave_them_alone() =>
        Assert.That(new StatementFilter(RestoreChanges.None, new HashSet<string> { "my-ext" }).Apply(Sql), Does.Not.Contain("EXTENSION"));

    [Test]
    public void Tell_the_roles_that_are_still_named()
    {
        Assert.That(StatementFilter.None.RolesIn(Sql), Is.EquivalentTo(new[] { "old", "Old; 2", "other" }));
        Assert.That(
            new StatementFilter(RestoreChanges.TryParse("owners,privileges", "other=new")!, new HashSet<string>()).RolesIn(Sql),
            Is.EquivalentTo(new[] { "old", "new" }));
    }

    [TestCase("owner", "")]
    [TestCase("extension:", "")]
    [TestCase("", "a")]
    [TestCase("", "a=b,a=c")]
    [TestCase("", "a=b=c")]
    public void Refuse_what_they_do_not_know(string omit, string map) => Assert.That(RestoreChanges.TryParse(omit, map), Is.Null);
}
