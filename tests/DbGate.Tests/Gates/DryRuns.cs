using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;

namespace DbGate.Tests.Gates;

/// <summary>What a dry run finds, and that it leaves nothing behind.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class DryRuns
{
    [Test]
    public async Task Name_the_pending_migrations_and_what_blocks_and_write_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject()
            .With("prisma/migrations/20260101000000_first/migration.sql", "create table t (id int);\n")
            .With("prisma/migrations/20260102000000_second/migration.sql", "create table u (id int);\n")
            .With("Dockerfile", "FROM node:24\nCMD npx prisma db push\n");
        var before = Files(project);

        var previews = await ReadAsync(project, database.UrlText);

        Assert.That(From(previews, "migrate-deploy").Found!.Facts.Select(fact => fact.Value), Is.EqualTo(new[]
        {
            "20260101000000_first", "20260102000000_second",
        }));
        Assert.That(Blocking(From(previews, "forbid-db-push")), Does.Contain("DBG0401"));
        Assert.That(From(previews, "production-safety").Found!.Checks, Has.Length.GreaterThan(3));
        Assert.That(From(previews, "backup-first"), Has.Property("Found").Null.And.Property("NotKnown").Not.Null);
        Assert.That(Files(project), Is.EqualTo(before));
        Assert.That(await database.ScalarAsync<bool>("select to_regclass('t') is null and to_regclass('_prisma_migrations') is null"));
    }

    [Test]
    public async Task Say_that_nothing_is_known_where_no_server_answers()
    {
        using var project = new GatedProject().With("prisma/migrations/1_first/migration.sql", "select 1;\n");

        var preview = From(await ReadAsync(project, "postgresql://user@127.0.0.1:1/none"), "migrate-deploy");

        Assert.That(preview.Found!.Summary, Does.StartWith("not known: "));
        Assert.That(Blocking(preview), Is.EqualTo(new[] { "DBG0029" }));
    }

    [Test]
    public async Task Name_wrong_settings_at_each_step_that_could_look()
    {
        using var project = new GatedProject().With("dbgate.json", "{");

        var previews = await ReadAsync(project, "postgresql://user@127.0.0.1:1/none");

        Assert.That(
            previews.Where(preview => preview.Found is not null).Select(preview => Blocking(preview).Single()).Distinct(),
            Is.EqualTo(new[] { "DBG0004" }));
    }

    static Task<IReadOnlyList<StepPreview>> ReadAsync(GatedProject project, string url) => Previews.ReadAsync(
        new(new Dictionary<string, string>(), new Dictionary<string, string> { ["DATABASE_URL"] = url }, project.Root),
        [new ForbidDbPushStep(), new ProductionSafetyStep(), new BackupFirstStep(), new MigrateDeployStep()], CancellationToken.None);

    static StepPreview From(IEnumerable<StepPreview> previews, string step) => previews.Single(preview => preview.Step.Name == step);

    static string[] Blocking(StepPreview preview) =>
        [.. preview.Found!.AllProblems.Where(problem => problem.IsBlocking).Select(problem => problem.Code.Id)];

    static string[] Files(GatedProject project) =>
        [.. Directory.EnumerateFileSystemEntries(project.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
