using DbGate.Migrations.Drift;
using DbGate.Postgres;
using DbGate.Releases.Rehearsals;

namespace DbGate.Tests.Releases;

/// <summary>Whether a deploy had the rehearsed effect: decided from three catalogs alone.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Effects
{
    static readonly CatalogObject Users = new("table", "public.users", null, []);

    static readonly CatalogObject Name = Column("name", "text");

    static readonly CatalogObject Index = new("index", "public.users.users_name", "public.users", [new("definition", "btree (name)")]);

    static readonly CatalogObject Invalid = Index with { Properties = [.. Index.Properties, new("state", "invalid")] };

    /// <summary>The restored copy is of another collation than the target: that is no effect of the deploy.</summary>
    static readonly CatalogDelta AddsName =
        CatalogDelta.Between(Catalog(Users, Column("mail", "citext")), Catalog(Users, Column("mail", "citext"), Name));

    [Test]
    public void Of_the_same_changes_are_the_rehearsed_ones_whatever_else_differed_before() =>
        Assert.That(Judge(AddsName, Catalog(Users, Column("mail", "text")), Catalog(Users, Column("mail", "text"), Name)).Reason, Is.Null);

    [Test]
    public void Of_a_command_that_did_nothing_are_named()
    {
        var verdict = Judge(AddsName, Catalog(Users), Catalog(Users));

        Assert.That(verdict.Reason, Is.EqualTo("the deploy reported success and changed nothing; the rehearsal changed 1 object"));
        Assert.That(verdict.Differences, Is.EqualTo(new[] { "column public.users.name is missing" }));
    }

    [Test]
    public void Beyond_the_rehearsed_ones_are_named_after_what_is_missing()
    {
        var verdict = Judge(AddsName, Catalog(Users), Catalog(Users, Column("other", "int")));

        Assert.That(verdict.Reason, Is.EqualTo("2 objects differ from the rehearsal"));
        Assert.That(
            verdict.Differences,
            Is.EqualTo(
                new[] { "column public.users.name is missing", "column public.users.other is there, and the rehearsal did not make it" }));
    }

    [Test]
    public void With_another_property_show_both_values() => Assert.That(
        Judge(AddsName, Catalog(Users), Catalog(Users, Column("name", "varchar"))).Differences,
        Is.EqualTo(new[] { "column public.users.name: type is varchar, rehearsed text" }));

    [Test]
    public void Of_a_dropped_object_that_is_still_there_are_named() => Assert.That(
        Judge(CatalogDelta.Between(Catalog(Users, Name), Catalog(Users)), Catalog(Users, Name), Catalog(Users, Name)).Differences,
        Is.EqualTo(new[] { "column public.users.name is there, and the rehearsal did not make it" }));

    [Test]
    public void That_leave_an_index_invalid_are_not_the_rehearsed_ones()
    {
        var verdict = Judge(CatalogDelta.Between(Catalog(Users), Catalog(Users, Index)), Catalog(Users), Catalog(Users, Invalid));

        Assert.That(verdict.Reason, Is.EqualTo("an index is invalid"));
        Assert.That(verdict.Differences.Single(), Does.StartWith("index public.users.users_name: state is invalid"));
    }

    /// <summary>
    /// A backup restores it as a valid one, so that the rehearsal changes nothing, and the deploy changes nothing, either.
    /// </summary>
    [TestCase("CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name)", "an index is invalid")]
    [TestCase("CREATE INDEX CONCURRENTLY IF NOT EXISTS other ON users (name)", null)]
    public void Behind_IF_NOT_EXISTS_count_where_a_migration_names_the_index(string sql, string? reason) => Assert.That(
        EffectVerdict.From(
            CatalogDelta.Between(Catalog(Users, Index), Catalog(Users, Index)), Catalog(Users, Invalid), Catalog(Users, Invalid), [sql],
            isOtherVersion: false).Reason,
        Is.EqualTo(reason));

    [TestCase(true, null)]
    [TestCase(false, "1 object differs from the rehearsal")]
    public void Written_otherwise_by_another_version_are_the_same(bool isOtherVersion, string? reason) => Assert.That(
        EffectVerdict.From(
            CatalogDelta.Between(Catalog(Users), Catalog(Users, Index)), Catalog(Users),
            Catalog(Users, Index with { Properties = [new("definition", "btree(name)")] }), [], isOtherVersion).Reason,
        Is.EqualTo(reason));

    [Test]
    public void Are_kept_as_a_file_with_their_digest()
    {
        var effect = CatalogDelta.Between(Catalog(Users, Name), Catalog(Users, Index));
        var (file, digest) = (RehearsedEffect.Write(effect), RehearsedEffect.Digest(effect));
        var read = RehearsedEffect.Read(file, digest, 1 << 20)!;

        Assert.That(read.Set.Objects.Select(item => $"{item}"), Is.EqualTo(new[] { "index public.users.users_name" }));
        Assert.That(read.Gone.Objects.Select(item => $"{item}"), Is.EqualTo(new[] { "column public.users.name" }));
        Assert.That(RehearsedEffect.Read(file, new string('0', 64), 1 << 20), Is.Null);
    }

    /// <summary>Owners, privileges on tables, columns, functions and schemas, and those of objects to come.</summary>
    [TestCase("GRANT SELECT ON t TO pg_monitor", "privileges on table public.t")]
    [TestCase("GRANT UPDATE (id) ON t TO pg_monitor", "privileges on column public.t.id")]
    [TestCase("REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC", "privileges on function public.f()")]
    [TestCase("GRANT CREATE ON SCHEMA s TO pg_monitor", "privileges on schema s")]
    [TestCase("GRANT USAGE ON SEQUENCE q TO pg_monitor", "privileges on sequence public.q")]
    [TestCase("REVOKE USAGE ON TYPE e FROM PUBLIC", "privileges on type public.e")]
    [TestCase("ALTER TABLE t OWNER TO pg_monitor", "privileges on table public.t")]
    [TestCase("GRANT SELECT ON t TO pg_monitor; REVOKE SELECT ON t FROM pg_monitor", null)]
    [Category("Postgres")]
    public async Task Include_owners_and_privileges(string sql, string? changed)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "CREATE SCHEMA s; CREATE TABLE t (id int); CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('a'); "
                + "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        var before = await CatalogSnapshot.ReadPrivilegesAsync(session, CatalogScope.Everything, CancellationToken.None);
        await database.ExecuteAsync(sql);
        var after = await CatalogSnapshot.ReadPrivilegesAsync(session, CatalogScope.Everything, CancellationToken.None);

        Assert.That(
            CatalogDelta.Between(before, after).Set.Objects.Select(item => $"{item}"),
            Is.EqualTo(changed is null ? [] : new[] { changed }));
    }

    static EffectVerdict Judge(CatalogDelta effect, CatalogSnapshot before, CatalogSnapshot after) =>
        EffectVerdict.From(effect, before, after, [], isOtherVersion: false);

    static CatalogObject Column(string name, string type) => new("column", $"public.users.{name}", "public.users", [new("type", type)]);

    static CatalogSnapshot Catalog(params CatalogObject[] objects) => new(objects);
}
