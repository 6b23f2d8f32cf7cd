namespace DbGate.CommandGuard.Files;

/// <summary>Which files are looked at, by name alone.</summary>
static class FileKinds
{
    static readonly HashSet<string> Exact = new(StringComparer.OrdinalIgnoreCase)
    {
        "package.json", "Jenkinsfile", "Procfile", "vercel.json", "now.json", "railway.json", "railway.toml", "fly.toml", "nixpacks.toml",
        "nixpacks.json",
        "app.json", "netlify.toml",
        "Makefile", "GNUmakefile", "justfile", ".justfile", "crontab", "devcontainer.json", "captain-definition", "config.toml",
        "settings.json", "settings.local.json", "mcp.json", ".mcp.json",
        "AGENTS.md", "CLAUDE.md", "GEMINI.md", ".cursorrules", ".windsurfrules", "copilot-instructions.md", "ecosystem.config.js",
        "ecosystem.config.cjs", "ecosystem.json", "apprunner.yaml",
        "ecosystem.config.mjs", "ecosystem.config.ts", "pm2.config.js", "pm2.json", "process.json", "build.gradle", "build.gradle.kts",
        "pom.xml", "cdk.json", "cdktf.json", "mise.toml", ".mise.toml", "Dockerrun.aws.json", "railpack.json", "zeabur.json",
        "scalingo.json", "koyeb.yaml", "template.json",
    };

    public static bool IsRelevant(string path, string name) =>
        Exact.Contains(name)
        || IsYaml(name)
        || Formats.ConventionalPrograms.IsProject(name)
        || Tools.ToolCatalog.IsConfiguration(name)
        || IsDockerfile(name)
        || name.StartsWith(".env", StringComparison.Ordinal)
        || name.EndsWith(".env", StringComparison.Ordinal)
        || name.StartsWith("Procfile.", StringComparison.Ordinal)
        || name.StartsWith("Jenkinsfile", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".jenkinsfile", StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith("fly.", StringComparison.Ordinal) && name.EndsWith(".toml", StringComparison.Ordinal))
        || name.EndsWith(".service", StringComparison.Ordinal)
        || name.EndsWith(".crontab", StringComparison.Ordinal)
        || name.EndsWith(".cron", StringComparison.Ordinal)
        || name.EndsWith(".mk", StringComparison.Ordinal)
        || name.EndsWith(".sh", StringComparison.Ordinal)
        || name.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".tpl", StringComparison.Ordinal)
        || name.EndsWith(".mdc", StringComparison.Ordinal)
        || name.EndsWith(".bat", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".tf", StringComparison.Ordinal)
        || name.EndsWith(".tofu", StringComparison.Ordinal)
        || name.EndsWith(".tf.json", StringComparison.Ordinal)
        || name.EndsWith(".nomad", StringComparison.Ordinal)
        || name.EndsWith(".hcl", StringComparison.Ordinal)
        || ((name.EndsWith(".conf", StringComparison.Ordinal) || name.EndsWith(".ini", StringComparison.Ordinal))
            && path.Contains("supervisor", StringComparison.OrdinalIgnoreCase))
        || Formats.UwsgiFormat.IsByName(name)
        || (name.EndsWith(".json", StringComparison.Ordinal)
            && (name.StartsWith("docker-bake", StringComparison.Ordinal) || Formats.TaskDefinitionFormat.IsTask(name)))
        || name is "entrypoint" or "docker-entrypoint"
        || path.Contains("/cron.d/", StringComparison.Ordinal);

    public static bool IsYaml(string name) => name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase);

    public static bool IsDockerfile(string name) =>
        (name.StartsWith("Dockerfile", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".md", StringComparison.OrdinalIgnoreCase))
        || name.StartsWith("Containerfile", StringComparison.Ordinal)
        || name.EndsWith(".dockerfile", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".containerfile", StringComparison.OrdinalIgnoreCase);
}
