using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Gates.Steps;

/// <summary>The task setup: what it asks, checks and writes.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Setups
{
    [Test]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Check_each_value_and_write_it_for_the_owner_only()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject();
        var person = new Person(database.UrlText, "0", "12", "", "");

        var result = await RunAsync(project, person);

        Assert.That(
            File.ReadAllLines(project.Of(".env.production"))[1..],
            Is.EqualTo(new[]
            {
                $"DATABASE_URL_PROD='{database.UrlText}'", "DATABASE_MAX_CONNECTIONS='12'", "BACKUP_ENABLED='true'",
                "BACKUP_RETENTION_DAYS='30'",
            }));
        Assert.That(
            File.GetUnixFileMode(project.Of(".env.production")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.ReadAllText(project.Of(".gitignore")), Does.Contain("\n.env.production\n"));
        Assert.That(person.Questions, Has.Exactly(1).StartsWith("it takes a number from 1 to "));
        Assert.That(result.Facts.Select(fact => fact.Name), Has.Some.EqualTo("dry run: production-safety"));
        Assert.That(
            result.Facts.Where(fact => fact.Name == "would block").Select(fact => fact.Value), Has.Some.StartsWith("DBG0123 "),
            "no backup was tested yet");
        Assert.That(
            result.Facts.Single(fact => fact.Value.StartsWith("DBG0123 ", StringComparison.Ordinal)).Commands
                .Select(command => CommandStyle.Tool.Line(command)),
            Is.EqualTo(new[] { "dbgate backup --environment=production", "dbgate restore-test --environment=production" }));
        Assert.That(result.Facts.Select(fact => fact.Value), Has.None.Contains(database.Url.Password));
    }

    [Test]
    public async Task Ask_for_the_connection_string_that_the_project_names()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("dbgate.json", """{ "databaseUrlVariable": "ConnectionStrings__Shop" }""");
        var person = new Person(database.UrlText, "12", "", "");

        await RunAsync(project, person);

        Assert.That(person.Questions[0], Does.StartWith("ConnectionStrings__Shop, the connection string of the production database"));
        Assert.That(
            File.ReadAllLines(project.Of(".env.production"))[1],
            Does.StartWith("ConnectionStrings__Shop='Host=").And.Contain($"Database={database.Url.Database};"));
    }

    [Test]
    public async Task Write_nothing_where_the_server_refuses_the_URL()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject();
        var wrong = database.Url.WithDatabase("no_such_database").Reveal();

        Assert.That(
            async () => await RunAsync(project, new Person(wrong, wrong, wrong)),
            Throws.TypeOf<GateException>().With.Message.Contains("no_such_database"));
        Assert.That(File.Exists(project.Of(".env.production")), Is.False);
    }

    [Test]
    public void Ask_nothing_where_the_file_exists()
    {
        using var project = new GatedProject().With(".env.production", "A=1\n");
        var person = new Person();

        Assert.That(async () => await RunAsync(project, person), Throws.TypeOf<GateException>().With.Message.Contains("exists already"));
        Assert.That(person.Questions, Is.Empty);
    }

    [Test]
    public void Need_a_terminal()
    {
        using var project = new GatedProject();

        Assert.That(async () => await RunAsync(project, null), Throws.TypeOf<GateException>().With.Message.Contains("terminal"));
    }

    static async Task<StepResult> RunAsync(GatedProject project, IPrompt? person)
    {
        await using var context = new GateContext(project.Read(), GateServices.Real with { Prompt = person });
        return await new SetupStep().RunAsync(context, CancellationToken.None);
    }

    sealed class Person(params string[] answers) : IPrompt
    {
        public List<string> Questions { get; } = [];

        public Task<string?> AskAsync(string question, CancellationToken cancellationToken)
        {
            Questions.Add(question);
            return Task.FromResult<string?>(answers[Questions.Count - 1]);
        }
    }
}
