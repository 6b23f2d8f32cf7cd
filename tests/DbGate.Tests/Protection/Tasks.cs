using DbGate.Checks;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Protection;

/// <summary>The tasks protect and unprotect, and the check.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Tasks
{
    [Test]
    public async Task Protect_and_unprotect()
    {
        await using var database = await TestDatabase.CreateAsync();

        var installed = await RunAsync(database, new ProtectStep());
        Assert.That(
            (installed.IsBlocking, installed.Summary),
            Is.EqualTo((false, $"protected by event triggers since {DateTime.UtcNow:yyyy-MM-dd}, nothing refused")));
        Assert.That(
            () => database.ExecuteAsync("create table t ()"), Throws.Exception.With.Message.Contains("DbGate: CREATE TABLE refused"));

        var again = await RunAsync(database, new ProtectStep());
        Assert.That(again.Summary, Does.Contain("1 refused, newest").And.Contain("CREATE TABLE by"));

        await RunAsync(database, new UnprotectStep(), ("confirm", database.Name));
        Assert.That(() => database.ExecuteAsync("create table t (); drop table t"), Throws.Nothing);
        Assert.That(await database.ScalarAsync<bool>("select to_regnamespace('dbgate') is null"), Is.True);
        Assert.That((await RunAsync(database, new UnprotectStep())).Summary, Does.Contain("is not protected"));
    }

    [Test]
    public async Task Unprotect_production_only_with_its_name()
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        Assert.That(() => RunAsync(database.Database, new UnprotectStep()), Failure.From("DBG0807"));
        Assert.That(() => RunAsync(database.Database, new UnprotectStep(), ("confirm", "yes")), Failure.From("DBG0807"));
        Assert.That((await database.VerifyAsync()).Problems, Is.Empty);
    }

    [Test]
    public async Task Print_the_SQL_and_change_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject();
        var before = await database.DigestAsync();

        var result = await RunAsync(database, new ProtectStep(), project, ("print-sql", ""));

        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
        Assert.That(result.Facts.Select(fact => fact.Name), Does.Contain("event triggers").And.Contain("server"));
        var sql = await File.ReadAllTextAsync(project.Of("artifacts/dbgate/protect.sql"));
        await database.ExecuteAsync(sql);
        Assert.That(
            () => database.ExecuteAsync("create table t ()"), Throws.Exception.With.Message.Contains("DbGate: CREATE TABLE refused"),
            "what was printed is what protects");
    }

    [Test]
    public async Task Ask_on_a_terminal_before_the_protection_of_production_is_removed()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        var name = database.Database.Url.Database;

        var (refused, question) = await AnswerAsync(database.Database, "yes");
        Assert.That(refused, Is.EqualTo("DBG0807"));
        Assert.That(question, Does.Contain($"The protection of {name} (production, on ").And.EndWith($"Type {name} to go on: "));
        Assert.That(await database.Database.ScalarAsync<bool>("select to_regnamespace('dbgate') is null"), Is.False);

        Assert.That((await AnswerAsync(database.Database, $"{name} ")).Code, Is.Null);
        Assert.That(await database.Database.ScalarAsync<bool>("select to_regnamespace('dbgate') is null"), Is.True);
    }

    static async Task<(string? Code, string Question)> AnswerAsync(TestDatabase database, string typed)
    {
        using var project = new GatedProject();
        var person = new Person(typed);
        await using var context = new GateContext(
            project.Read(new() { ["DATABASE_URL"] = database.UrlText }, new() { ["environment"] = "production" }),
            GateServices.Real with { Prompt = person });
        try
        {
            await new UnprotectStep().RunAsync(context, CancellationToken.None);
            return (null, person.Question);
        }
        catch (GateException exception)
        {
            return (exception.Problem.Code.Id, person.Question);
        }
    }

    sealed class Person(string typed) : IPrompt
    {
        public string Question { get; private set; } = "";

        public Task<string?> AskAsync(string question, CancellationToken cancellationToken)
        {
            Question = question;
            return Task.FromResult<string?>(typed);
        }
    }

    [Test]
    public async Task Verify_and_change_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();

        var result = await RunAsync(database, new ProtectStep(), ("verify", ""));

        Assert.That(result.Problems.Select(problem => (problem.Code.Id, problem.IsBlocking)), Is.EqualTo(new[] { ("DBG0801", true) }));
        Assert.That(await database.ScalarAsync<bool>("select to_regnamespace('dbgate') is null"), Is.True);
    }

    [Test]
    public async Task Check_the_protection()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var bare = await TestDatabase.CreateAsync();

        Assert.That((await CheckAsync(database.Database)).Outcome, Is.EqualTo(CheckOutcome.Passed));
        Assert.That((await CheckAsync(bare)).Outcome, Is.EqualTo(CheckOutcome.Skipped));
        Assert.That((await CheckAsync(bare, ("protection-required", "true"))).Outcome, Is.EqualTo(CheckOutcome.Failed));
        await database.ExecuteAsync("alter event trigger dbgate_start disable");
        Assert.That((await CheckAsync(database.Database)).Outcome, Is.EqualTo(CheckOutcome.Failed));
    }

    static async Task<CheckResult> CheckAsync(TestDatabase database, params (string, string)[] options)
    {
        using var project = new GatedProject();
        await using var context = Context(project, database, options);
        return await new ProtectionCheck().RunAsync(context, CancellationToken.None);
    }

    static async Task<StepResult> RunAsync(TestDatabase database, IStep step, params (string, string)[] options)
    {
        using var project = new GatedProject();
        return await RunAsync(database, step, project, options);
    }

    static async Task<StepResult> RunAsync(TestDatabase database, IStep step, GatedProject project, params (string, string)[] options)
    {
        await using var context = Context(project, database, options);
        return await step.RunAsync(context, CancellationToken.None);
    }

    static GateContext Context(GatedProject project, TestDatabase database, (string Name, string Value)[] options) => new(project.Read(
        new() { ["DATABASE_URL"] = database.UrlText },
        options.Append(("environment", "production")).ToDictionary(option => option.Item1, option => option.Item2)));
}
