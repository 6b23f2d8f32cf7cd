using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// The native program by which Prisma migrates. Its package downloads it when it is installed, unless scripts are switched off
/// (<c>npm ci --ignore-scripts</c>); then the deploy would download it, or fail without a network, after the approvals.
/// </summary>
static class PrismaEngineFile
{
    const string Override = "PRISMA_SCHEMA_ENGINE_BINARY";

    /// <summary>What is missing; null when the engine is there, or where Prisma's packages are not in a layout that shows it.</summary>
    /// <param name="root">The project's folder.</param>
    public static Problem? Missing(string root) => Missing(root, Environment.GetEnvironmentVariable(Override));

    internal static Problem? Missing(string root, string? named)
    {
        if (named is { Length: > 0 })
        {
            return File.Exists(Path.GetFullPath(named, root))
                ? null
                : PrismaProblems.NoEngine($"{Override} names {named}, which does not exist");
        }

        return Engines(root) is { } folder && !Directory.EnumerateFiles(folder, "schema-engine-*").Any()
            ? PrismaProblems.NoEngine($"{Path.GetRelativePath(root, folder).Replace('\\', '/')} has no file schema-engine-…")
            : null;
    }

    /// <summary>Next to the package prisma itself, behind the links of pnpm and of workspaces.</summary>
    static string? Engines(string root)
    {
        for (var folder = root; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var prisma = Path.Combine(folder, "node_modules", "prisma");
            if (Directory.Exists(prisma))
            {
                var real = Directory.ResolveLinkTarget(prisma, returnFinalTarget: true)?.FullName ?? prisma;
                var engines = Path.Combine(Path.GetDirectoryName(real)!, "@prisma", "engines");
                return Directory.Exists(engines) ? engines : null;
            }
        }

        return null;
    }
}
