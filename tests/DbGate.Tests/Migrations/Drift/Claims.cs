using DbGate.Migrations.Drift;

namespace DbGate.Tests.Migrations.Drift;

/// <summary>What a catalog shows about the claim that a migration is applied, or is not.</summary>
public sealed class Claims
{
    static readonly CatalogSnapshot Without = Catalog("table public.a", "column public.a.id:int");
    static readonly CatalogSnapshot With =
        Catalog("table public.a", "column public.a.id:bigint", "table public.b", "column public.b.id:int", "column public.b.name:text");

    [TestCase(false, "", "", TestName = "Are true when nothing of it is there")]
    [TestCase(true, "column public.a.id table public.b", "", TestName = "Are untrue when nothing of it is there")]
    public void Of_a_database_without_it(bool isApplied, string untrue, string other) => Expect(Without, isApplied, untrue, other);

    [TestCase(true, "", "", TestName = "Are true when all of it is there")]
    [TestCase(false, "column public.a.id table public.b", "", TestName = "Are untrue when all of it is there")]
    public void Of_a_database_with_it(bool isApplied, string untrue, string other) => Expect(With, isApplied, untrue, other);

    [TestCase(true)]
    [TestCase(false)]
    public void Are_untrue_when_a_part_of_it_is_there(bool isApplied) => Expect(
        Catalog("table public.a", "column public.a.id:int", "table public.b", "column public.b.id:int", "column public.b.name:text"),
        isApplied, isApplied ? "column public.a.id" : "table public.b", "");

    [Test]
    public void Are_untrue_when_its_table_is_another_one() => Expect(
        Catalog(
            "table public.a", "column public.a.id:bigint", "table public.b", "column public.b.id:int", "column public.b.name:text",
            "column public.b.more:int"),
        true, "column public.b.more", "");

    [TestCase(true)]
    [TestCase(false)]
    public void Are_not_touched_by_other_differences(bool isApplied) => Expect(
        Catalog([.. (isApplied ? With : Without).Objects.Select(Line), "table public.by_hand"]), isApplied, "", "table public.by_hand");

    [Test]
    public void Of_a_migration_without_a_file_are_untrue_with_any_difference()
    {
        var verdict = ClaimVerdict.Decide(Without, Without, With, isApplied: false, isKnown: false);
        Assert.That((verdict.Untrue.Count, verdict.Other.Count), Is.EqualTo((2, 0)));
    }

    static void Expect(CatalogSnapshot live, bool isApplied, string untrue, string other)
    {
        var verdict = ClaimVerdict.Decide(Without, With, live, isApplied, isKnown: true);
        Assert.That((Subjects(verdict.Untrue), Subjects(verdict.Other)), Is.EqualTo((untrue, other)));
    }

    static string Subjects(IEnumerable<string> differences) =>
        string.Join(' ', differences.Select(one => string.Join(' ', one.Split(' ')[..2]).TrimEnd(':')));

    static CatalogSnapshot Catalog(params IEnumerable<string> lines) => new(
    [
        .. lines.Select(line => line.Split(' ', ':')).Select(parts => new CatalogObject(
            parts[0],
            parts[1],
            parts[0] == "column" ? parts[1][..parts[1].LastIndexOf('.')] : null,
            parts.Length > 2 ? [new("type", parts[2])] : [])),
    ]);

    static string Line(CatalogObject item) =>
        $"{item.Kind} {item.Identity}{(item.Properties is [var type] ? $":{type.Value}" : "")}";
}
