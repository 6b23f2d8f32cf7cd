using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>Configuration of hosting platforms in JSON, TOML and YAML: which values are commands is a table.</summary>
sealed class PlatformFormat : IEntrypointFormat
{
    /// <summary>A path to commands: <c>*</c> is any key or item, a trailing <c>!</c> marks what runs only outside production.</summary>
    sealed record Platform(string Service, params string[] Commands)
    {
        /// <summary>Paths to mappings or lists of variables.</summary>
        public string[] Variables { get; init; } = [];

        /// <summary>Paths to the names of Dockerfiles, each with the key next to it that holds the build's folder behind a bar.</summary>
        public string[] Dockerfiles { get; init; } = [];

        /// <summary>Paths to the names of files of Nixpacks.</summary>
        public string[] NixpacksFiles { get; init; } = [];
    }

    static readonly Platform Vercel = new("Vercel", "buildCommand", "installCommand", "devCommand!",
        "ignoreCommand!") { Variables = ["env", "build.env"] };

    static readonly Platform Railway = new("Railway", "build.buildCommand", "deploy.startCommand", "deploy.preDeployCommand",
        "deploy.releaseCommand", "environments.*.deploy.startCommand", "environments.*.deploy.preDeployCommand",
        "environments.*.build.buildCommand") { Dockerfiles = ["build.dockerfilePath"], NixpacksFiles = ["build.nixpacksConfigPath"] };

    static readonly Platform Fly = new("Fly", "deploy.release_command", "processes.*", "experimental.cmd", "experimental.entrypoint",
        "experimental.exec") { Variables = ["env", "build.args"], Dockerfiles = ["build.dockerfile"] };

    static readonly Platform Render = new("Render", "services.*.buildCommand", "services.*.startCommand", "services.*.preDeployCommand",
        "services.*.initialDeployHook", "services.*.dockerCommand", "projects.*.environments.*.services.*.buildCommand",
        "projects.*.environments.*.services.*.startCommand", "projects.*.environments.*.services.*.preDeployCommand",
            "projects.*.environments.*.services.*.dockerCommand") { Variables = ["services.*.envVars", "envVarGroups.*.envVars",
            "projects.*.environments.*.services.*.envVars"],
            Dockerfiles = ["services.*.dockerfilePath|dockerContext",
            "projects.*.environments.*.services.*.dockerfilePath|dockerContext"] };

    static readonly Platform Nixpacks = new("Nixpacks", "phases.*.cmds", "start.cmd") { Variables = ["variables"] };

    static readonly Platform Heroku = new("Heroku", "scripts.postdeploy", "scripts.dokku.predeploy", "scripts.dokku.postdeploy",
        "scripts.predeploy", "formation.*.command", "environments.test.scripts.*!", "environments.review.scripts.*!",
        "scripts.pr-predestroy!") { Variables = ["env"] };

    static readonly Dictionary<string, Platform> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["vercel.json"] = Vercel,
        ["now.json"] = Vercel,
        ["railway.json"] = Railway,
        ["railway.toml"] = Railway,
        ["fly.toml"] = Fly,
        ["render.yaml"] = Render,
        ["render.yml"] = Render,
        ["app.json"] = Heroku,
        ["heroku.yml"] = new("Heroku", "release.command", "run.*", "run.*.command",
            "build.*.command") { Variables = ["setup.config", "build.config"], Dockerfiles = ["build.docker.*"] },
        ["nixpacks.toml"] = Nixpacks,
        ["nixpacks.json"] = Nixpacks,
        ["railpack.json"] = new("Railpack", "steps.*.commands", "deploy.startCommand") { Variables = ["deploy.variables"] },
        ["netlify.toml"] = new("Netlify", "build.command", "context.production.command", "context.deploy-preview.command!",
            "context.branch-deploy.command!", "context.dev.command!",
            "dev.command!") { Variables = ["build.environment", "context.production.environment"] },
        ["amplify.yml"] = new("Amplify", "backend.phases.*.commands", "frontend.phases.*.commands",
            "applications.*.frontend.phases.*.commands", "applications.*.backend.phases.*.commands",
            "test.phases.*.commands!") { Variables = ["env.variables"] },
        ["buildspec.yml"] = new("CodeBuild", "phases.*.commands", "phases.*.finally") { Variables = ["env.variables"] },
        ["buildspec.yaml"] = new("CodeBuild", "phases.*.commands", "phases.*.finally") { Variables = ["env.variables"] },
        ["appspec.yml"] = new("CodeDeploy", "hooks.*.*.location"),
        ["apprunner.yaml"] = new("App Runner", "build.commands.*", "run.command", "run.pre-run",
            "run.post-run") { Variables = ["run.env", "build.env"] },
        ["cloudbuild.yaml"] = new("Cloud Build", "steps.*.script",
            "steps.*.entrypoint+args") { Variables = ["steps.*.env", "options.env"] },
        ["cloudbuild.yml"] = new("Cloud Build", "steps.*.script", "steps.*.entrypoint+args") { Variables = ["steps.*.env", "options.env"] },
        ["app.yaml"] = new("App Engine or App Platform", "entrypoint", "services.*.run_command", "services.*.build_command",
            "jobs.*.run_command", "jobs.*.build_command", "workers.*.run_command",
            "static_sites.*.build_command") { Variables = ["env_variables", "envs", "services.*.envs", "jobs.*.envs"],
            Dockerfiles = ["services.*.dockerfile_path|source_dir", "jobs.*.dockerfile_path|source_dir",
            "workers.*.dockerfile_path|source_dir"] },
        [".platform.app.yaml"] = new("Platform.sh", "hooks.build", "hooks.deploy", "hooks.post_deploy", "web.commands.start",
            "web.commands.pre_start", "workers.*.commands.start", "crons.*.commands.start",
            "crons.*.cmd") { Variables = ["variables.env"] },
        [".upsun/config.yaml"] = new("Upsun", "applications.*.hooks.build", "applications.*.hooks.deploy",
            "applications.*.hooks.post_deploy", "applications.*.web.commands.start"),
        ["captain-definition"] = new("CapRover", "dockerfileLines") { Dockerfiles = ["dockerfilePath"] },
        ["zeabur.json"] = new("Zeabur", "build_command", "start_command", "install_command"),
        ["koyeb.yaml"] = new("Koyeb", "services.*.buildpack.build_command", "services.*.buildpack.run_command",
            "services.*.docker.command") { Dockerfiles = ["services.*.docker.dockerfile"] },
        ["northflank.json"] = new("Northflank", "spec.steps.*.spec.deployment.docker.configType"),
        ["scalingo.json"] = new("Scalingo", "scripts.postdeploy", "scripts.first-deploy") { Variables = ["env"] },
        ["skaffold.yaml"] = new("Skaffold", "deploy.*.hooks.*.*.host.command",
            "build.artifacts.*.custom.buildCommand") { Dockerfiles = ["build.artifacts.*.docker.dockerfile"] },
        ["serverless.yml"] = new("Serverless", "custom.scripts.hooks.*",
            "custom.scripts.commands.*") { Variables = ["provider.environment"] },
        ["kamal.yml"] = new("Kamal", "servers.*.cmd", "accessories.*.cmd") { Variables = ["env.clear"],
            Dockerfiles = ["builder.dockerfile|context"] },
        ["ecosystem.json"] = new("pm2", "apps.*.script", "deploy.production.pre-deploy", "deploy.production.post-deploy",
            "deploy.production.pre-setup", "deploy.production.post-setup") { Variables = ["apps.*.env", "apps.*.env_production"] },
        ["lefthook.yml"] = new("lefthook"),
    };

    readonly Platform? only;

    public PlatformFormat()
    {
    }

    PlatformFormat(Platform only) => this.only = only;

    /// <summary>Reads a file of Nixpacks whatever its name is.</summary>
    public static IEntrypointFormat OfNixpacks { get; } = new PlatformFormat(Nixpacks);

    public bool Reads(string file, string name) =>
        ByName.ContainsKey(name) || IsFly(name) || (name is "config.yaml"
            && file.EndsWith(".upsun/config.yaml", StringComparison.Ordinal))
            || (name == "deploy.yml" && file.EndsWith("config/deploy.yml", StringComparison.Ordinal));

    static bool IsFly(string name) => name.StartsWith("fly.", StringComparison.Ordinal) && name.EndsWith(".toml", StringComparison.Ordinal);

    public void Collect(SourceFile file, Findings found)
    {
        if (file.Name == "app.yaml" && file.Text.Contains("apiVersion:", StringComparison.Ordinal)
            && file.Text.Contains("kind:", StringComparison.Ordinal))
        {
            new KubernetesFormat().Collect(file, found);
            return;
        }

        var platform =
            only ?? (IsFly(file.Name) ? Fly : file.Name == "config.yaml" ? ByName[".upsun/config.yaml"] : file.Name == "deploy.yml"
            ? ByName["kamal.yml"] : ByName[file.Name]);
        var documents = Path.GetExtension(file.Name).ToLowerInvariant() switch
        {
            ".toml" => TomlReader.Read(file.Path, file.Text),
            ".json" or "" => JsonReader.Read(file.Path, file.Text),
            _ => YamlReader.Read(file.Path, file.Text),
        };
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, $"{platform.Service} runs it"));
        if (documents.Fault is { } fault)
        {
            found.Unreadable.Add(new UnreadableFile(new Problems.SourceLocation(file.Path, documents.FaultLine), fault,
                context.Class is PathClass.Production or PathClass.Unknown));
        }

        foreach (var root in documents.Roots)
        {
            Commands(file, platform, root, context, found);
        }
    }

    static void Commands(SourceFile file, Platform platform, DataNode root, ContextJudgement context, Findings found)
    {
        foreach (var path in platform.Variables)
        {
            foreach (var (node, _, _) in Select(root, path.Split('.'), 0, "", ""))
            {
                found.AddVariables(node, context, file.Path);
            }
        }

        foreach (var path in platform.Dockerfiles)
        {
            Dockerfiles(file, root, path, context, found);
        }

        foreach (var path in platform.NixpacksFiles)
        {
            foreach (var (node, label, _) in Select(root, path.Split('.'), 0, "", ""))
            {
                if (node.Text is { } name)
                {
                    found.Uses.Add(new FileUse(Findings.Resolved(file, name) ?? name, FileRole.Nixpacks,
                        new CallSite(new Problems.SourceLocation(file.Path, node.Line), $"{label} {name}"), context));
                }
            }
        }

        if (platform.Service == "CapRover" && root["dockerfileLines"]?.Items is { Count: > 0 } lines)
        {
            DockerfileFormat.Inline(file, OnTheirLines(file.Path, lines), file.Folder, null, context, [], found);
        }

        foreach (var path in platform.Commands)
        {
            var isOther = path.EndsWith('!');
            foreach (var (node, label, owner) in Select(root, path.TrimEnd('!').Split('.'), 0, "", ""))
            {
                var judged = isOther || Environments.IsOther(owner, file.PathClassifier.Environment)
                    ? file.PathClassifier.ByPolicy(file.Path)
                        ?? new ContextJudgement(PathClass.Development, $"{platform.Service} runs it outside production only")
                    : context;
                Command(file, platform, node, label, judged, found);
            }
        }
    }

    /// <summary>Lines of a list as one text, each on the line that it has in the file.</summary>
    static SourceText OnTheirLines(string file, IReadOnlyList<DataNode> lines)
    {
        var (text, at) = ("", lines[0].Line);
        foreach (var line in lines)
        {
            text += new string('\n', Math.Max(text.Length == 0 ? 0 : 1, line.Line - at)) + line.Text;
            at = Math.Max(at + (text.Length == 0 ? 0 : 1), line.Line);
        }

        return SourceText.Mapped(file, text, [(0, lines[0].Line)]);
    }

    static void Dockerfiles(SourceFile file, DataNode root, string path, ContextJudgement context, Findings found)
    {
        var (names, folderKey) = path.Split('|') is [var left, var right] ? (left, right) : (path, null);
        var keys = names.Split('.');
        foreach (var (owner, _, _) in Select(root, keys[..^1], 0, "", ""))
        {
            foreach (var dockerfile in (keys[^1] == "*" ? owner.Children.Select(member => member.Value) : owner[keys[^1]] is { } only
                ? [only] : []).Where(node => node.Text is not null).ToList())
            {
                // The file's name is relative to the project, the folder only states what it may copy.
                var folder = folderKey is not null && owner[folderKey]?.Text is { } given
                    ? RepositoryPath.Resolve("", given.TrimStart('/')) ?? "" : "";
                var target = ((string?[])[RepositoryPath.Resolve(file.Folder, dockerfile.Text!.TrimStart('/')),
                    RepositoryPath.Resolve("", dockerfile.Text!.TrimStart('/')), RepositoryPath.Resolve(folder, dockerfile.Text!)])
                    .FirstOrDefault(candidate => candidate is not null && file.Repository.Contains(candidate)) ?? dockerfile.Text!;
                found.Uses.Add(new FileUse(target, FileRole.Dockerfile,
                    new CallSite(new Problems.SourceLocation(file.Path, dockerfile.Line),
                    $"{keys[^1].TrimEnd('*')}{(keys[^1] == "*" ? "docker" : "")}: {dockerfile.Text}"), context) { BuildFolder = folder });
            }
        }
    }

    static void Command(SourceFile file, Platform platform, DataNode node, string label, ContextJudgement context, Findings found)
    {
        var scope = new Scope(platform.Service is "Vercel" or "Netlify" or "Render" or "Amplify" or "Railway" or "Nixpacks" or "Fly"
            ? file.Folder : "") { IsElsewhere = true };
        if (platform.Service == "CapRover")
        {
            return;
        }

        // A list is a list of command lines; only an image's command is an argument vector.
        if (node.Items is { } items && label is not ("exec:" or "cmd:" or "entrypoint:")
            && !(items.Count > 0 && items.All(item => item.Text is { } text && !text.Contains(' ', StringComparison.Ordinal))
            && items.Count > 1))
        {
            foreach (var item in items)
            {
                found.AddCommand(item, label, context, scope, file.Path);
            }
        }
        else
        {
            found.AddCommand(node, label, context, scope, file.Path);
        }
    }

    /// <summary>The values at a path, with the last key as label and the words of the keys that <c>*</c> was for.</summary>
    static IEnumerable<(DataNode Node, string Label, string Owner)> Select(DataNode node, string[] path, int at, string label, string owner)
    {
        if (at == path.Length)
        {
            return [(node, label, owner)];
        }

        if (path[at] == "*")
        {
            return (node.Items ?? []).Select(item => (Owner: "", Label: label, Node: item))
                .Concat(node.Children.Select(member => (Owner: path[0] is "environments" ? member.Name : "", Label: member.Name + ":",
                    Node: member.Value)))
                .SelectMany(child => Select(child.Node, path, at + 1, child.Label, owner + child.Owner));
        }

        if (path[at].Split('+') is [var program, var arguments])
        {
            return Joined(node[program], node[arguments]) is { } joined ? [(joined, $"{arguments}:", owner)] : [];
        }

        return node[path[at]] is { } next ? Select(next, path, at + 1, path[at] + ":", owner) : [];
    }

    /// <summary>An image's entrypoint and its arguments as one vector.</summary>
    static DataNode? Joined(DataNode? program, DataNode? arguments) =>
        arguments?.Items is { } items && program?.Scalar is not null
            ? new DataNode { Line = items.Count > 0 ? items[0].Line : program.Line, Items = [program, .. items] }
        : arguments?.Items is not null ? arguments
        : program;
}
