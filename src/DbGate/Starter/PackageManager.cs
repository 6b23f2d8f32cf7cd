using System.Text.Json;

namespace DbGate.Starter;

/// <summary>Who installs the project's packages.</summary>
/// <param name="Name">npm, pnpm, yarn or bun.</param>
/// <param name="DeployCommand">How it runs the project's own Prisma, installing nothing.</param>
/// <param name="InstallCommand">How a workflow installs exactly what the lock file states.</param>
sealed record PackageManager(string Name, string DeployCommand, string InstallCommand)
{
    /// <summary>The same, for the Prisma of one package of a repository of several.</summary>
    /// <param name="workspace">Its folder, below the root.</param>
    /// <param name="name">The name in its package.json; null when it has none.</param>
    public string DeployCommandIn(string? workspace, string? name) => (workspace, Name) switch
    {
        (null, _) => DeployCommand,
        (_, "npm") => $"npm exec --no --workspace={workspace} -- prisma migrate deploy",
        (_, "pnpm") => $"pnpm --dir={workspace} exec prisma migrate deploy",
        (_, "yarn") when name is not null => $"yarn workspace {name} prisma migrate deploy", // yarn 1 to 4; --cwd is yarn 1's alone
        (_, "yarn") => $"yarn --cwd={workspace} prisma migrate deploy",
        _ => $"bun --cwd={workspace} run prisma migrate deploy",
    };

    static readonly PackageManager Npm = new("npm", "npx --no-install prisma migrate deploy", "npm ci");

    static readonly (string LockFile, PackageManager Manager)[] ByLockFile =
    [
        ("pnpm-lock.yaml", new("pnpm", "pnpm exec prisma migrate deploy", "corepack enable && pnpm install --frozen-lockfile")),
        ("yarn.lock",
            new("yarn", "yarn prisma migrate deploy", "corepack enable && yarn install --immutable || yarn install --frozen-lockfile")),
        ("bun.lock", new("bun", "bun run prisma migrate deploy", "npm install --global bun && bun install --frozen-lockfile")),
        ("bun.lockb", new("bun", "bun run prisma migrate deploy", "npm install --global bun && bun install --frozen-lockfile")),
        ("package-lock.json", Npm),
    ];

    /// <summary>What package.json's <c>packageManager</c> states, else the lock file; null without a package.json.</summary>
    public static PackageManager? From(string root)
    {
        var package = Path.Combine(root, "package.json");
        if (!File.Exists(package))
        {
            return null;
        }

        var declared = Declared(package);
        return ByLockFile.FirstOrDefault(one => one.Manager.Name == declared).Manager
            ?? ByLockFile.FirstOrDefault(one => File.Exists(Path.Combine(root, one.LockFile))).Manager
            ?? Npm;
    }

    /// <summary>What a package calls itself; null when it does not.</summary>
    public static string? NameOf(string folder) => Text(Path.Combine(folder, "package.json"), "name");

    /// <summary>"pnpm" of "pnpm@9.1.0+sha512…".</summary>
    static string? Declared(string package) => Text(package, "packageManager")?.Split('@')[0];

    static string? Text(string package, string property)
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(package),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty(property, out var value)
                && value.ValueKind == JsonValueKind.String
                    ? value.GetString()
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // the guard reports a malformed package.json
        }
    }
}
