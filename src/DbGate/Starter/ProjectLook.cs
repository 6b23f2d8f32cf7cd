using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Starter;

/// <summary>What a project shows of itself before DbGate is set up in it. Nothing is connected to.</summary>
/// <param name="Prisma">The version of Prisma; null when neither node_modules nor package.json names it.</param>
/// <param name="Migrations">The migrations folder, relative with forward slashes; null when it does not exist.</param>
/// <param name="Count">How many migrations are in it.</param>
/// <param name="Manager">Who installs packages; null without a package.json.</param>
/// <param name="Database">Where the database is hosted, read from the URL that is set; null when none is.</param>
/// <param name="IsPooled">That URL leads to a pooler.</param>
/// <param name="Platform">The file that states where the application is hosted: "fly.toml", "vercel.json", …; null when there is
/// none.</param>
/// <param name="Pipeline">"github", "gitlab" or another system's file; null when there is none.</param>
/// <param name="Workspaces">The packages below that use Prisma, where the root does not; the first is looked at when it is the only
/// one.</param>
sealed record ProjectLook(
    Version? Prisma, string? Migrations, int Count, PackageManager? Manager, HostedService? Database, bool IsPooled, string? Platform,
    string? Pipeline,
    IReadOnlyList<string> Workspaces)
{
    static readonly string[] Platforms =
        ["fly.toml", "vercel.json", "railway.json", "railway.toml", "render.yaml", "app.yaml", "Procfile", "netlify.toml", "Dockerfile"];

    static readonly (string Path, string Name)[] Pipelines =
        [(".github", "github"), (".gitlab-ci.yml", ".gitlab-ci.yml"), ("azure-pipelines.yml", "azure-pipelines.yml"),
            ("Jenkinsfile", "Jenkinsfile"), (".circleci", ".circleci"), ("bitbucket-pipelines.yml", "bitbucket-pipelines.yml")];

    /// <summary>Where people keep plain SQL migrations.</summary>
    static readonly string[] PlainFolders = ["migrations", "db/migrations", "database/migrations", "sql/migrations", "src/migrations"];

    static readonly Setting[] Urls =
        [DatabaseSettings.DatabaseUrlProduction, DatabaseSettings.DatabaseUrl, DatabaseSettings.DatabaseUrlStaging];

    /// <summary>The migration tool, where that is not Prisma; null where it is, or is not known.</summary>
    public DetectedTool? Tool { get; init; }

    /// <summary>The connection string that the application reads, where the deploy command does not get it anyway.</summary>
    public ConnectionStringName? ConnectionString => ConnectionStrings is [var only] ? only : null;

    /// <summary>All names of connection strings in the project's sources.</summary>
    public IReadOnlyList<ConnectionStringName> ConnectionStrings { get; init; } = [];

    /// <summary>Nothing shows how this project migrates.</summary>
    public bool IsUnknown => this is { Tool: null, Prisma: null, Migrations: null, Workspaces.Count: 0 } && Manager is not null;

    /// <summary>What was not found, each with what to do about it.</summary>
    public IReadOnlyList<(string What, string Advice)> NotDetermined { get; init; } = [];

    /// <summary>The migrations are where nothing but a setting states.</summary>
    public bool NeedsFolder { get; init; }

    /// <summary>The migration tool, for people.</summary>
    public (string Name, string Value) ToolFact => Tool is { } tool ? ("migration tool", tool.Words) : ("prisma", PrismaText);

    /// <summary>The version as people name it: "6.2.1", "6.2".</summary>
    public string PrismaText =>
        Prisma?.ToString()
            ?? ((Migrations is null || (NeedsFolder && Workspace is null)) && Workspaces.Count == 0 ? "not found" : "version unknown");

    /// <summary>The one package that the settings are about, below the root; null for the root itself.</summary>
    public string? Workspace => Workspaces is [var only] && Manager is not null ? only : null;

    /// <summary>The name in that package's own package.json; null when it has none.</summary>
    public string? WorkspaceName { get; init; }

    public static ProjectLook At(Settings settings)
    {
        var workspaces = Starter.Workspaces.Find(settings.Root);
        var manager = PackageManager.From(settings.Root);
        var (folder, prisma, isComputed) = FindMigrations(settings, workspaces is [var only] && manager is not null ? only : null);
        var url = Url(settings);
        var look = new ProjectLook(
            prisma,
            folder is { Exists: true } ? Path.GetRelativePath(settings.Root, folder.Path).Replace('\\', '/') : null,
            folder?.Migrations.Count ?? 0,
            manager,
            url is null ? null : HostedServices.ByHost(url),
            url is not null && Pooler.ByUrl(url) is not null,
            Platforms.FirstOrDefault(file => Path.Exists(Path.Combine(settings.Root, file))),
            Pipelines.FirstOrDefault(one => Path.Exists(Path.Combine(settings.Root, one.Path))).Name,
            workspaces)
        {
            WorkspaceName = workspaces is [var one] ? PackageManager.NameOf(Path.Combine(settings.Root, one)) : null,
        };
        var tool = DetectedTool.Find(settings, out var trouble);
        look = tool is not null
            ? look with
            {
                Tool = tool,
                Migrations = tool.Folder,
                Count = tool.Count,
                ConnectionStrings = tool.Id == "efcore" ? ConnectionStringName.Find(settings.Root) : [],
            }
            : look is { Migrations: null, Prisma: null } && PlainFolder(settings.Root) is { } plain
                ? look with { Migrations = plain, Count = PrismaFolder.Read(Path.Combine(settings.Root, plain)).Migrations.Count,
                    NeedsFolder = true }
            : look with { NeedsFolder = isComputed || look.Workspace is not null };
        return look with { NotDetermined = [.. Missing(look, trouble, settings)] };
    }

    static IEnumerable<(string What, string Advice)> Missing(ProjectLook look, Problem? trouble, Settings settings)
    {
        if (look is { Tool: null, Migrations: null, Workspaces.Count: < 2 })
        {
            yield return trouble is null
                ? ("migrations", "no folder of a known tool was found: set migrations.folder, and migrations.tool when it is not Prisma's")
                : ("migrations", $"{trouble.Message}{(trouble.Fix is { } fix ? $": {fix.Sentence}" : "")}");
        }

        if (look.Tool?.Doubt is { } doubt)
        {
            yield return ("deploy command", doubt);
        }

        if (look.ConnectionStrings.Count > 1)
        {
            yield return (
                "connection string",
                $"{string.Join(" and ", look.ConnectionStrings.Select(one => $"{one.Name} ({one.Place})"))} are read: set "
                    + "databaseUrlVariable to the database's own, such as " + look.ConnectionStrings[0].Variable);
        }

        if (look.Database is null)
        {
            var variable = look.ConnectionString?.Variable ?? "DATABASE_URL_PROD";
            yield return ("database", $"no URL is set: run the task setup, or put {variable} into an ignored .env.production");
        }

        if (settings.Find(DatabaseSettings.MaxConnections) is null)
        {
            yield return ("connection limit", "set maxConnections to the application's own, 1 to 100: production blocks without it");
        }

        if (settings.Find(ReadySettings.Url) is null)
        {
            yield return ("readiness", "set ready.url to the application's /ready; without it nothing is asked after the deploy");
        }
    }

    static string? PlainFolder(string root) => PlainFolders.FirstOrDefault(folder =>
        Directory.Exists(Path.Combine(root, folder))
            && Directory.EnumerateDirectories(Path.Combine(root, folder)).Any(one => File.Exists(Path.Combine(one, "migration.sql"))));

    /// <summary>Where the configuration computes the folder, the only folder with Prisma's lock file is taken.</summary>
    static (MigrationFolder? Folder, Version? Prisma, bool IsComputed) FindMigrations(Settings settings, string? workspace)
    {
        try
        {
            var project = workspace is null ? PrismaProject.Locate(settings) : PrismaProject.OfWorkspace(settings.Root, workspace);
            return (PrismaFolder.Read(project.MigrationsFolder), project.Version, IsComputed: false);
        }
        catch (GateException)
        {
            var folder =
                PrismaFolderSearch.Find(settings.Root) is [var only] ? PrismaFolder.Read(Path.Combine(settings.Root, only)) : null;
            return (folder, PrismaProject.VersionIn(settings.Root), IsComputed: true);
        }
    }

    static PostgresUrl? Url(Settings settings)
    {
        var own = settings.Variables.GetValueOrDefault(settings.Get(DatabaseSettings.DatabaseUrlVariable));
        foreach (var value in Urls.Select(settings.Find).Prepend(own).OfType<SettingValue>())
        {
            try
            {
                return PostgresUrl.Parse(value.Text, value.Source.Name);
            }
            catch (GateException)
            {
                // An example such as "postgresql://…": the release will state what is wrong with it.
            }
        }

        return null;
    }
}
