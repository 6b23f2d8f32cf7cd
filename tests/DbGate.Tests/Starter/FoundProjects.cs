using System.Text;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;
using DbGate.Starter;
using YamlDotNet.RepresentationModel;

namespace DbGate.Tests.Starter;

/// <summary>What <c>init</c> finds in projects of other tools and other pipelines, and what it states it did not find.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FoundProjects
{
    const string Migration = """
        [DbContext(typeof(Shop.Data.ShopContext))]
        [Migration("20260101000000_Init")]
        partial class Init { }
        """;

    [Test]
    public async Task Of_EF_Core_deploy_with_the_project_of_the_migrations_and_the_application()
    {
        using var project = EfCore().With("src/Web/Web.csproj", """<Project Sdk="Microsoft.NET.Sdk.Web" />""");
        var result = await InitAsync(project);

        Assert.That(
            File.ReadAllText(project.Of("dbgate.json")),
            Does.Contain("\"tool\": \"efcore\"").And.Contain(
                "\"command\": \"dotnet ef database update --project=src/Data --startup-project=src/Web\"").And.Not.Contain("\"engine\""));
        Assert.That(Fact(result, "migration tool"), Does.StartWith("EF Core 10.0.3: src/Data/Data.csproj:2 references Npgsql"));
        Assert.That(Fact(result, "migrations"), Is.EqualTo("1 found"));
        Assert.That(
            result.Facts.Where(fact => fact.Name == "not determined").Select(fact => fact.Value), Has.None.StartsWith("deploy command"));
    }

    [Test]
    public async Task Of_EF_Core_with_two_applications_are_told_to_choose()
    {
        using var project = EfCore()
            .With("src/Web/Web.csproj", """<Project Sdk="Microsoft.NET.Sdk.Web" />""")
            .With("src/Jobs/Jobs.csproj", """<Project Sdk="Microsoft.NET.Sdk.Worker" />""");
        var result = await InitAsync(project);

        Assert.That(
            result.Facts.Where(fact => fact.Name == "not determined").Select(fact => fact.Value),
            Has.One.EqualTo(
                "deploy command: src/Jobs, src/Web could be the application: add its --startup-project to migrations.command"));
        Assert.That(() => ProjectFile.Parse(File.ReadAllBytes(project.Of("dbgate.json"))), Throws.Nothing);
    }

    [TestCase("builder.Configuration.GetConnectionString(\"Shop\")", "{}", "ConnectionStrings__Shop", "src/Web/Program.cs:2")]
    [TestCase("no call", """{ "ConnectionStrings": { "Orders": "" } }""", "ConnectionStrings__Orders", "src/Web/appsettings.json")]
    public async Task Of_EF_Core_take_the_connection_string_that_the_application_reads(
        string call, string settings, string variable, string place)
    {
        using var project = EfCore()
            .With("src/Web/Web.csproj", """<Project Sdk="Microsoft.NET.Sdk.Web" />""")
            .With("src/Web/Program.cs", $"// an application\n{call};\n")
            .With("src/Web/appsettings.json", settings)
            .With("tests/Web.Tests/Fixture.cs", "configuration.GetConnectionString(\"Test\");\n");
        var result = await InitAsync(project);

        Assert.That(File.ReadAllText(project.Of("dbgate.json")), Does.Contain($"\"databaseUrlVariable\": \"{variable}\""));
        Assert.That(Fact(result, "connection string"), Does.Contain(place));
        Assert.That(() => ProjectFile.Parse(File.ReadAllBytes(project.Of("dbgate.json"))), Throws.Nothing);
    }

    [TestCase("GetConnectionString(\"DefaultConnection\")", null)]
    [TestCase("GetConnectionString(\"Shop\"); GetConnectionString(\"Log\")", "connection string: Shop (src/Web/Program.cs:1) and Log")]
    public async Task Of_EF_Core_choose_no_connection_string_where_none_or_several_are_read(string calls, string? advice)
    {
        using var project = EfCore()
            .With("src/Web/Web.csproj", """<Project Sdk="Microsoft.NET.Sdk.Web" />""").With("src/Web/Program.cs", calls);
        var result = await InitAsync(project);

        Assert.That(File.ReadAllText(project.Of("dbgate.json")), Does.Not.Contain("databaseUrlVariable"));
        Assert.That(
            result.Facts.Where(fact => fact.Name == "not determined")
                .Select(fact => fact.Value)
                .Where(value => value.StartsWith("connection string", StringComparison.Ordinal)),
            advice is null ? Is.Empty : Has.One.StartsWith(advice));
    }

    [Test]
    public async Task Say_what_was_not_found()
    {
        using var project = new GatedProject();
        var result = await InitAsync(project);

        Assert.That(
            result.Facts.Where(fact => fact.Name == "not determined").Select(fact => fact.Value.Split(':')[0]),
            Is.EqualTo(new[] { "migrations", "database", "connection limit", "readiness" }));
    }

    [TestCase(".gitlab-ci.yml", ".gitlab/dbgate.gitlab-ci.yml")]
    [TestCase("azure-pipelines.yml", "azure-pipelines-dbgate.yml")]
    public async Task Get_a_pipeline_of_the_system_that_they_use(string own, string written)
    {
        using var project = EfCore().With(own, "stages: [test, deploy]\n");
        var result = await InitAsync(project);
        var text = File.ReadAllText(project.Of(written));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));

        Assert.That(File.ReadAllText(project.Of(own)), Is.EqualTo("stages: [test, deploy]\n"), "the project's own file stays as it is");
        Assert.That(Fact(result, written), Does.StartWith("written; "));
        Assert.That(Commands(yaml.Documents.Single().RootNode), Has.Some.Contains("dotnet tool restore && dotnet restore"));
        Assert.That(Commands(yaml.Documents.Single().RootNode), Has.Some.Contains("dotnet tool install ").And.Some.Contains("DbGate.Tool"));
        Assert.That(File.Exists(project.Of(".github/workflows/dbgate.yml")), Is.False);
    }

    [TestCase("1.4.2+8da586f0123456789abcdef0123456789abcdef0", "1.4.2")]
    [TestCase("1.4.2-beta.1+8da586f0", null)]
    [TestCase("0.0.0", null)]
    [TestCase(null, null)]
    public void Pin_the_released_tool_and_no_other(string? version, string? pinned)
    {
        Assert.That(PipelineText.Release(version), Is.EqualTo(pinned));
        using var project = EfCore();
        var look = ProjectLook.At(project.Read());
        foreach (var text in new[] { PipelineText.ForGitLab(look, pinned), PipelineText.ForAzure(look, pinned) })
        {
            Assert.That(text, pinned is null ? Does.Not.Contain("--version") : Does.Contain($"DbGate.Tool --version {pinned}\n"));
        }
    }

    [Test]
    public void Have_pipelines_whose_commands_exist()
    {
        using var project = EfCore();
        var look = ProjectLook.At(project.Read());
        var lines = new[] { PipelineText.ForGitLab(look, null), PipelineText.ForAzure(look, null) }
            .SelectMany(text => text.Split('\n'))
            .Where(line => !line.TrimStart().StartsWith('#'))
            .Select(line => line.Split("dbgate ", 2))
            .Where(parts => parts.Length == 2 && (parts[0].Trim() is "-" or "- script:" or ""))
            .Select(parts => parts[1].Split(' '))
            .ToArray();

        Assert.That(lines, Has.Length.EqualTo(7));
        Assert.That(lines.Select(words => TaskCatalog.Find(words[0])), Has.None.Null);
        Assert.That(
            lines.SelectMany(words => words[1..]).Where(word => word.StartsWith("--", StringComparison.Ordinal))
                .Select(word => word[2..].Split('=')[0]).Except(
                    SettingsCatalog.All.Select(setting => setting.Option).OfType<string>()),
            Is.Empty);
    }

    static GatedProject EfCore() => new GatedProject()
        .With("src/Data/Data.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>\n"
                + "<PackageReference Include=\"Npgsql.EntityFrameworkCore.PostgreSQL\" Version=\"10.0.3\" />\n</ItemGroup></Project>\n")
        .With("src/Data/Migrations/20260101000000_Init.cs", "class Init : Migration { }\n")
        .With("src/Data/Migrations/20260101000000_Init.Designer.cs", Migration);

    static IEnumerable<string> Commands(YamlNode node) => node switch
    {
        YamlScalarNode { Value: { } text } => [text],
        YamlSequenceNode list => list.SelectMany(Commands),
        YamlMappingNode map => map.Children.Values.SelectMany(Commands),
        _ => [],
    };

    static string Fact(StepResult result, string name) => result.Facts.Single(fact => fact.Name == name).Value;

    static async Task<StepResult> InitAsync(GatedProject project)
    {
        await using var context = new GateContext(project.Read());
        return await new InitStep().RunAsync(context, CancellationToken.None);
    }
}
