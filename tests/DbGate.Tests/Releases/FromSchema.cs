using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Tests.Migrations.Tools;

namespace DbGate.Tests.Releases;

/// <summary><c>rehearse --from-schema</c>: without production, on the repository's own history with made-up rows.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class FromSchema
{
    const string Init = """
        CREATE EXTENSION "citext";
        CREATE TYPE mood AS ENUM ('ok', 'bad');
        CREATE TABLE users (id serial PRIMARY KEY, mail varchar(20) UNIQUE, mood mood NOT NULL, "at" timestamptz NOT NULL, note text);
        CREATE TABLE posts (id uuid PRIMARY KEY, author int NOT NULL REFERENCES users, price numeric(8,2) NOT NULL, tags text[] NOT NULL,
          parent uuid REFERENCES posts, nick citext);
        CREATE TABLE likes (user_id int REFERENCES users, post_id uuid REFERENCES posts, PRIMARY KEY (user_id, post_id));
        GRANT SELECT ON users TO reporting;
        """;

    [Test]
    public async Task Shows_locks_and_effects_of_what_is_new()
    {
        using var project = await ProjectAsync();
        project.With("prisma/migrations/20260202000000_next/migration.sql", "ALTER TABLE users ALTER COLUMN id TYPE bigint;\n");
        var report = await RunAsync(project);

        var result = report.Result;
        Assert.That(result.AllProblems.Select(problem => $"{problem.Code.Id} {problem.Message}: {problem.Cause}"), Is.Empty);
        var facts = result.Facts.Select(fact => $"{fact.Name}: {fact.Value}").ToArray();
        Assert.That(facts, Has.Some.StartsWith("history: 1 migration of refs/heads/main (")
            .And.Some.EqualTo("rows: 300 made up in 3 tables").And.Some.StartsWith("lock: ACCESS EXCLUSIVE on public.users by ")
            .And.Some.StartsWith("rewrite: public.users by "));
        Assert.That(result.Summary, Does.EndWith("no receipt"));
        Assert.That(result.NotChecked, Has.Some.Contains("there is no receipt").And.Some.Contains("reporting"));
        Assert.That(result.OnlyLooked, Is.True);
    }

    [TestCase("ALTER TABLE users ALTER COLUMN note SET NOT NULL", Severity.Warning)]
    [TestCase("ALTER TABLE nothing ADD COLUMN one int", Severity.Error)]
    public async Task Reports_a_failure_at_its_statement(string sql, Severity severity)
    {
        using var project = await ProjectAsync();
        project.With("prisma/migrations/20260202000000_next/migration.sql", $"SELECT 1;\n{sql};\n");
        var problem = (await RunAsync(project)).Result.Problems.Single();

        Assert.That(
            (problem.Code.Id, problem.Severity, problem.Location?.File, problem.Location?.Line),
            Is.EqualTo(("DBG0547", severity, "prisma/migrations/20260202000000_next/migration.sql", 2)));
    }

    [Test]
    public async Task Blocks_a_history_that_does_not_build()
    {
        using var project = await ProjectAsync("ALTER TABLE nothing ADD COLUMN one int;\n");
        project.With("prisma/migrations/20260202000000_next/migration.sql", "SELECT 1;\n");

        (await RunAsync(project)).Expect("DBG0546", ExitCode.Blocked);
    }

    /// <summary>The tool's own command applies the history from its commit, and what is new from the checkout.</summary>
    [Test]
    [Platform("Linux")]
    public async Task Runs_the_command_where_migrations_are_code()
    {
        using var tool = await LedgerTool.CreateAsync("alembic");
        Directory.Delete(tool.Files.Of(".git"), recursive: true);
        tool.Add(1, "CREATE TABLE users (id int PRIMARY KEY, mail text)");
        await CommitAsync(tool.Files);
        tool.Add(2, "ALTER TABLE users DROP COLUMN mail");
        var report = await RunAsync(tool.Files, ("migrate-command", tool.Command));

        Assert.That(report.Result.AllProblems.Select(problem => $"{problem.Code.Id} {problem.Message}: {problem.Cause}"), Is.Empty);
        Assert.That(
            report.Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.StartsWith("history: 1 migration of refs/heads/main (").And.Some.EqualTo("rows: 100 made up in 1 table")
                .And.Some.EqualTo("lock: ACCESS EXCLUSIVE on public.users by r2")
                .And.Some.EqualTo("object: column public.users.mail dropped"));
    }

    [Test]
    public async Task Makes_up_rows_of_every_common_type()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE DOMAIN positive AS int CHECK (VALUE > 0);
            CREATE TABLE every (a smallint NOT NULL, b bigint NOT NULL, c real NOT NULL, d numeric NOT NULL, e numeric(2,2) NOT NULL,
              f char(1) NOT NULL, g name NOT NULL, h boolean NOT NULL, i uuid NOT NULL UNIQUE, j date NOT NULL, k timestamp NOT NULL,
              l time NOT NULL, m interval NOT NULL, n jsonb NOT NULL, o bytea NOT NULL, p inet NOT NULL, q bit(4) NOT NULL,
              r int4range NOT NULL, s int[] NOT NULL, t positive NOT NULL, dbgate text NOT NULL, u money NOT NULL, v cidr NOT NULL,
              w macaddr NOT NULL, x tsvector NOT NULL, y point NOT NULL, z varchar(3) NOT NULL UNIQUE);
            CREATE TABLE few (id int CHECK (id > 95), serial serial);
            CREATE TABLE barred (id int CHECK (id < 0) NOT NULL);
            """);
        await using var session = await Session.OpenAsync(database.Url, null, default);
        var report = await GeneratedRows.FillAsync(session, [], default);

        Assert.That((report.Tables, report.Rows), Is.EqualTo((2, 100 + 14L)));
        Assert.That(report.Empty, Is.EqualTo(new[] { "public.barred" }));
    }

    [TestCase("release")]
    [TestCase("plan", "rehearse")]
    public void Is_no_part_of_another_task(params string[] tasks)
    {
        var refusal = Assert.Throws<GateException>(() => TaskCatalog.Order(
            new Dictionary<string, string> { ["from-schema"] = "" }, tasks))!;

        Assert.That((refusal.Problem.Code.Id, refusal.Problem.Code.ExitCode), Is.EqualTo(("DBG0548", ExitCode.Usage)));
    }

    [Test]
    public void Needs_no_backup_and_no_target() => Assert.That(
        TaskCatalog.Order(new Dictionary<string, string> { ["from-schema"] = "" }, "rehearse").Select(task => task.Step!().GetType()),
        Is.EqualTo(new[] { typeof(RehearseFromSchemaStep) }));

    static async Task<GatedProject> ProjectAsync(string init = Init)
    {
        var project = new GatedProject()
            .With("prisma/migrations/20260101000000_init/migration.sql", init)
            .With("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
        await CommitAsync(project);
        return project;
    }

    static async Task CommitAsync(GatedProject project)
    {
        foreach (var arguments in (string[][])[["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "base"]])
        {
            (await Shell.RunAsync(
                "git", ["-c", "user.name=ana", "-c", "user.email=ana@example.com", .. arguments], project.Root)).Succeeded();
        }
    }

    static async Task<StepReport> RunAsync(GatedProject project, params (string Option, string Value)[] more)
    {
        var settings = project.Read(
            [], new Dictionary<string, string>(more.Select(one => KeyValuePair.Create(one.Option, one.Value)))
            {
                ["project"] = project.Root,
            });
        await using var run = new GateRunner(new GateContext(settings, GateServices.Real));
        return await run.ExecuteAsync(new RehearseFromSchemaStep(), default);
    }
}
