using DbGate.Build;
using DbGate.Processes;

namespace DbGate.Bench;

/// <summary>The real Prisma CLI, as the tests have it (<c>tests/prisma</c>), for a comparison.</summary>
public sealed class BenchPrisma
{
    static readonly string[] Sources = ["package.json", "package-lock.json", ".npmrc", "schema-engine"];
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    readonly string folder;

    BenchPrisma(string folder) => this.folder = folder;

    /// <summary>Installs it at the first call.</summary>
    /// <exception cref="ComparatorException">There is no Node.js, or it does not install.</exception>
    public static async Task<BenchPrisma> InstallAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Paths.Root.Combine("artifacts/bench/prisma").FullPath).FullName;
        if (!File.Exists(Path.Combine(folder, "installed")))
        {
            foreach (var source in Sources)
            {
                File.Copy(Paths.Root.CombineWithFilePath($"tests/prisma/{source}").FullPath, Path.Combine(folder, source), overwrite: true);
            }

            await RunAsync(
                new ChildCommand(
                    "npm", "ci") { WorkingDirectory = folder, EnvironmentBase = EnvironmentBase.Inherited, Deadline = Deadline },
                    cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "installed"), "", cancellationToken);
        }

        return new(folder);
    }

    /// <summary>Makes a folder a project of Prisma's.</summary>
    public async Task MakeProjectAsync(string project, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(project, "prisma", "migrations"));
        Directory.CreateSymbolicLink(Path.Combine(project, "node_modules"), Path.Combine(folder, "node_modules"));
        await File.WriteAllTextAsync(
            Path.Combine(project, "prisma", "migrations", "migration_lock.toml"), "provider = \"postgresql\"\n", cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(project, "prisma", "schema.prisma"), "datasource db {\n  provider = \"postgresql\"\n}\n", cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(project, "prisma.config.ts"),
            "export default { schema: 'prisma/schema.prisma', datasource: { url: process.env.DATABASE_URL } }\n", cancellationToken);
    }

    /// <summary>The deploy command of a project of <see cref="MakeProjectAsync"/>.</summary>
    public static string Command => "node node_modules/prisma/build/index.js migrate deploy";

    /// <summary>The variables that <see cref="Command"/> needs.</summary>
    public IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>
    {
        ["PRISMA_SCHEMA_ENGINE_BINARY"] = Path.Combine(folder, "schema-engine"),
        ["PRISMA_HIDE_UPDATE_MESSAGE"] = "1",
        ["CHECKPOINT_DISABLE"] = "1",
    };

    /// <summary><c>prisma migrate deploy</c>.</summary>
    public Task DeployAsync(string project, string url, CancellationToken cancellationToken) => RunAsync(
        new ChildCommand("node", Path.Combine(folder, "node_modules", "prisma", "build", "index.js"), "migrate", "deploy")
        {
            WorkingDirectory = project,
            EnvironmentBase = EnvironmentBase.Inherited,
            Environment = new Dictionary<string, string?>
            {
                ["DATABASE_URL"] = url,
                ["PRISMA_SCHEMA_ENGINE_BINARY"] = Path.Combine(folder, "schema-engine"),
                ["PRISMA_HIDE_UPDATE_MESSAGE"] = "1",
                ["CHECKPOINT_DISABLE"] = "1",
            },
            Deadline = Deadline,
        },
        cancellationToken);

    static async Task RunAsync(ChildCommand command, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await ChildProcess.RunAsync(command, cancellationToken);
            if (!outcome.Succeeded)
            {
                throw new ComparatorException(
                    $"{command.Path} ended with {outcome.ExitCode}: {outcome.StandardOutput} {outcome.StandardError}");
            }
        }
        catch (Problems.GateException missing)
        {
            throw new ComparatorException($"{missing.Problem.Message}; Prisma needs Node.js 20.19 or newer");
        }
    }
}
