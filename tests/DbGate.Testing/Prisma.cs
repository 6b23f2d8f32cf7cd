namespace DbGate.Testing;

/// <summary>
/// The real Prisma CLI (see <see cref="NpmFolder"/>), together with <c>tests/prisma/schema-engine</c>, which replaces the native
/// engine that Prisma would download.
/// </summary>
public static class Prisma
{
    static readonly Lazy<Task<string>> Installed = new(new NpmFolder("prisma", "schema-engine").InstallAsync);

    /// <summary>The folder with <c>node_modules</c> and the engine; installs it at first use.</summary>
    public static Task<string> FolderAsync() => Installed.Value;

    /// <summary>What a process needs in its environment to run this Prisma, for instance a release of DbGate.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> EnvironmentAsync() => new Dictionary<string, string?>
    {
        ["PRISMA_SCHEMA_ENGINE_BINARY"] = Path.Combine(await FolderAsync(), "schema-engine"),
        ["PRISMA_HIDE_UPDATE_MESSAGE"] = "1",
        ["CHECKPOINT_DISABLE"] = "1",
        ["NO_COLOR"] = "1",
        // It belongs to anyone who calls the tests, and switches a guard of Prisma's off.
        ["PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION"] = null,
    };

    /// <summary>Makes <c>npx --no-install prisma</c> work in a project's folder, by a link to the installed modules.</summary>
    public static async Task InstallIntoAsync(string project)
    {
        var modules = Path.Combine(project, "node_modules");
        if (!Directory.Exists(modules))
        {
            Directory.CreateSymbolicLink(modules, Path.Combine(await FolderAsync(), "node_modules"));
        }
    }

    /// <summary>
    /// Writes a script that deploys with this Prisma, and returns the command for it. It starts node itself: npx, which finds the same
    /// program, takes most of a second for that.
    /// </summary>
    /// <param name="project">The project's folder.</param>
    /// <param name="byNpx">As people's projects have it.</param>
    public static async Task<string> CommandAsync(string project, bool byNpx = false)
    {
        await InstallIntoAsync(project);
        var engine = (await EnvironmentAsync())["PRISMA_SCHEMA_ENGINE_BINARY"];
        var program = byNpx ? "npx --no-install prisma" : "node node_modules/prisma/build/index.js";
        await File.WriteAllTextAsync(
            Path.Combine(project, "deploy.sh"), $"export PRISMA_SCHEMA_ENGINE_BINARY='{engine}'\n{program} migrate deploy\n");
        return "sh deploy.sh";
    }

    /// <summary>Makes a folder with migrations a project of Prisma's: a schema, a lock file and a configuration.</summary>
    public static async Task WriteProjectAsync(string project)
    {
        await InstallIntoAsync(project);
        await File.WriteAllTextAsync(Path.Combine(project, "prisma", "schema.prisma"), "datasource db {\n  provider = \"postgresql\"\n}\n");
        await File.WriteAllTextAsync(Path.Combine(project, "prisma", "migrations", "migration_lock.toml"), "provider = \"postgresql\"\n");
        await File.WriteAllTextAsync(
            Path.Combine(project, "prisma.config.ts"),
            "export default { schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' }, datasource: { url: "
                + "process.env.DATABASE_URL } }");
    }

    /// <summary>Runs <c>prisma</c> with these arguments in a project's folder.</summary>
    /// <param name="project">The folder with <c>prisma.config.ts</c>.</param>
    /// <param name="databaseUrl">Becomes <c>DATABASE_URL</c>.</param>
    /// <param name="arguments">For example <c>migrate</c>, <c>deploy</c>.</param>
    public static Task<ShellResult> RunAsync(string project, string databaseUrl, params string[] arguments) =>
        RunAsync(project, databaseUrl, new Dictionary<string, string?>(), arguments);

    /// <summary>Runs <c>prisma</c> with further environment variables.</summary>
    public static async Task<ShellResult> RunAsync(
        string project, string databaseUrl, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        await InstallIntoAsync(project);
        var variables = new Dictionary<string, string?>(await EnvironmentAsync()) { ["DATABASE_URL"] = databaseUrl };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return await Shell.RunAsync(
            "node", [Path.Combine(await FolderAsync(), "node_modules", "prisma", "build", "index.js"), .. arguments], project, variables);
    }
}
