using System.Security.Cryptography;

namespace DbGate.Testing;

/// <summary>
/// The real Prisma CLI. It is installed once per lock file into <c>artifacts/prisma/</c> (<c>npm ci</c>), together with
/// <c>tests/prisma/schema-engine</c>, which stands in for the native engine that Prisma would download. Tests that use
/// it are ignored where Node is missing, and failed in CI.
/// </summary>
public static class Prisma
{
    static readonly string[] Sources = ["package.json", "package-lock.json", ".npmrc", "schema-engine"];
    static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(10);
    static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The folder with <c>node_modules</c> and the engine; installs it at first use.</summary>
    public static Task<string> FolderAsync() => Installed.Value;

    /// <summary>What a process needs in its environment to run this Prisma, for instance a release of DbGate.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> EnvironmentAsync() => new Dictionary<string, string?>
    {
        ["PRISMA_SCHEMA_ENGINE_BINARY"] = Path.Combine(await FolderAsync(), "schema-engine"),
        ["PRISMA_HIDE_UPDATE_MESSAGE"] = "1",
        ["CHECKPOINT_DISABLE"] = "1",
        ["NO_COLOR"] = "1",
        // It belongs to whoever calls the tests, and switches a guard of Prisma's off.
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

        return await Shell.RunAsync("node", [Path.Combine(await FolderAsync(), "node_modules", "prisma", "build", "index.js"), .. arguments], project, variables);
    }

    static async Task<string> InstallAsync()
    {
        if (Shell.Find("node") is null || Shell.Find("npm") is null)
        {
            throw Counterpart.Missing("Node.js is not installed, and real Prisma needs it", "install Node.js 20.19 or newer (https://nodejs.org)");
        }

        var source = Path.Combine(Repository.Root, "tests", "prisma");
        var digest = Sources.Aggregate("", (hash, name) => Hash(hash, File.ReadAllBytes(Path.Combine(source, name))));
        var parent = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "prisma")).FullName;
        var folder = Path.Combine(parent, digest[..12]);
        var done = Path.Combine(folder, "installed");
        await using var turn = await TakeTurnAsync(Path.Combine(parent, "lock"));
        if (!File.Exists(done))
        {
            Directory.CreateDirectory(folder);
            foreach (var name in Sources)
            {
                File.Copy(Path.Combine(source, name), Path.Combine(folder, name), overwrite: true);
            }

            (await Shell.RunAsync("npm", ["ci"], folder, deadline: InstallDeadline)).Succeeded();
            await File.WriteAllTextAsync(done, "");
        }

        return folder;
    }

    static string Hash(string before, byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(before), .. bytes]));

    // Several test processes may want to install at once.
    static async Task<FileStream> TakeTurnAsync(string path)
    {
        for (var until = DateTimeOffset.UtcNow + InstallDeadline; ; await Task.Delay(200))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            }
            catch (IOException) when (DateTimeOffset.UtcNow < until)
            {
                // Another process installs.
            }
        }
    }
}
