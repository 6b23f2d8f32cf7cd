using System.Collections.Immutable;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>Compose files: commands and entrypoints of services.</summary>
sealed class ComposeFormat : YamlFormat
{
    public override bool StartsServices => true;

    public override bool Reads(string file, string name) =>
        FileKinds.IsYaml(name) && (name.StartsWith("docker-compose", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("compose", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("docker-compose.yml", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith("docker-compose.yaml", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".compose.yml", StringComparison.OrdinalIgnoreCase) || name is "docker-stack.yml" or "stack.yml");

    protected override void Collect(SourceFile file, DataNode root, Findings found)
    {
        var services = root["services"]?.Children.ToList() ?? [];
        foreach (var service in services)
        {
            var context = Judge(file, service);
            var variables = found.AddVariables(service.Value["environment"], context, file.Path);
            var scope = ScopeOf(file, service.Value) is var known && context.Class == PathClass.Production
                ? known
                : known with { Environment = known.Environment };
            scope = scope with { Environment = scope.Environment.SetItems(variables.Where(pair =>
                pair.Key is not "DATABASE_URL" and not "DIRECT_URL")) };
            Image(file, service, context, found);
            Commands(file, service, context, scope, found);
            foreach (var hook in (ReadOnlySpan<string>)["post_start", "pre_stop"])
            {
                foreach (var item in service.Value[hook]?.OneOrMany ?? [])
                {
                    found.AddCommand(item["command"], $"{hook}:", context, scope, file.Path);
                }
            }
        }
    }

    /// <summary>The image that a service builds: what it runs by itself, unless the service states something else.</summary>
    static void Image(SourceFile file, DataMember service, ContextJudgement context, Findings found)
    {
        if (service.Value["build"] is not { } build)
        {
            return;
        }

        var folder = (build.Text ?? build["context"]?.Text ?? ".") is var given && given.Contains("://", StringComparison.Ordinal) ? null
            : RepositoryPath.Resolve(file.Folder, given.Replace("${PWD}", ".", StringComparison.Ordinal));
        if (folder is null)
        {
            return;
        }

        if (build["dockerfile_inline"]?.Scalar is { } inline)
        {
            DockerfileFormat.Inline(file, inline, folder, build["target"]?.Text, context,
                [new CallSite(new Problems.SourceLocation(file.Path, service.Line), $"service {service.Name}")], found);
        }
        else if (build["dockerfile"] is { Text: { } name } dockerfile)
        {
            found.UseImage(file, name, folder, build["target"]?.Text, context, dockerfile.Line, $"dockerfile: {name}");
        }
    }

    static void Commands(SourceFile file, DataMember service, ContextJudgement context, Scope scope, Findings found)
    {
        var (entrypoint, command) = (service.Value["entrypoint"], service.Value["command"]);
        if (entrypoint?.Items is { Count: > 0 } program && program.All(item => item.Text is not null) && command is not null)
        {
            var rest = command.Items is { } items ? items.Select(item => item.Text ?? "") : command.Text is { } line
                ? Shell.Expansion.Arguments(Words(line), Shell.Variables.None)[0].Select(argument => argument.Text) : [];
            found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file.Path, "", program[0].Line), "entrypoint:"), context,
                scope)
            {
                Arguments = [.. program.Select(item => new Shell.Argument(item.Text!)), .. rest.Select(text => new Shell.Argument(text))],
            });
            if (program[0].Text is "sh" or "/bin/sh" or "bash" or "/bin/bash" or "npx" or "npm" or "node")
            {
                return;
            }
        }
        else
        {
            found.AddCommand(entrypoint, "entrypoint:", context, scope, file.Path);
        }

        found.AddCommand(command, "command:", context, scope, file.Path);
    }

    static IReadOnlyList<Shell.Word> Words(string line) => Shell.ShellParser.Parse(line).OfType<Shell.SimpleCommand>()
        .SelectMany(command => command.Words).ToList();

    static Scope ScopeOf(SourceFile file, DataNode service)
    {
        var build = service["build"];
        var context = (build?.Text ?? build?["context"]?.Text) is { } folder && !folder.Contains("://", StringComparison.Ordinal)
            ? RepositoryPath.Resolve(file.Folder, folder) ?? "" : null;
        Image? image = null;
        if (context is not null)
        {
            var dockerfile = RepositoryPath.Resolve(context, build?["dockerfile"]?.Text ?? "Dockerfile");
            image = dockerfile is not null && file.Repository.Contains(dockerfile)
                ? file.Images.Final(dockerfile, build?["target"]?.Text)?.Image : null;
        }

        image ??= new Image([context ?? file.Folder]);
        foreach (var mount in service["volumes"]?.Items ?? [])
        {
            var (source, target) = mount.Text?.Split(':') is [var from, var to, ..] ? (from, to)
                : (mount["source"]?.Text, mount["target"]?.Text);
            if (source is ['.', ..] && target is ['/', ..] && RepositoryPath.Resolve(file.Folder, source) is { } path)
            {
                image = image with { Copies = image.Copies.Add(new ImageCopy(["/" + path], target,
                    new Image([""]) { Copies = [new ImageCopy(["."], "/", null)] })) };
            }
        }

        image = service["working_dir"]?.Text is { } working ? image with { WorkingFolder = image.Absolute(working) } : image;
        return image.Copies.IsEmpty ? new Scope(context ?? file.Folder) { IsElsewhere = true } : DockerfileFormat.In(image);
    }

    static ContextJudgement Judge(SourceFile file, DataMember service)
    {
        var mode = Variable(service.Value["environment"], "NODE_ENV");
        if (file.PathClassifier.ByPolicy(file.Path) is { } given)
        {
            return given;
        }

        if (service.Value["profiles"]?.OneOrMany.Select(profile => profile.Text ?? "").ToList() is { Count: > 0 } profiles
            && profiles.All(Environments.IsDevelopment))
        {
            return new ContextJudgement(PathClass.Development, $"the service runs only with profile {string.Join(", ", profiles)}");
        }

        if (mode is not null && Environments.IsProduction(mode))
        {
            return file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, $"the service sets NODE_ENV={mode}"));
        }

        string? why = mode is not null && Environments.IsDevelopment(mode) ? $"the service sets NODE_ENV={mode}"
            : service.Value.At("build", "target")?.Text is { } target && Environments.IsDevelopment(target)
                ? $"it builds the stage {target}"
            : service.Value.At("build", "dockerfile")?.Text is { } dockerfile
                && Environments.IsDevelopment(RepositoryPath.Name(dockerfile)) ? $"it builds {dockerfile}"
            : MountsSource(service.Value) ? "the service mounts the source folder, as only development does"
            : Environments.IsDevelopment(service.Name) ? $"the service is called {service.Name}"
            : null;
        return file.PathClassifier.OfFile(file.Path, why is not null
            ? new ContextJudgement(PathClass.Development, why)
            : Environments.IsProduction(file.Name) ? new ContextJudgement(PathClass.Production, "its name says production")
                : new ContextJudgement(PathClass.Unknown, "nothing says that the compose file is only for development"));
    }

    static bool MountsSource(DataNode service) =>
        (service["volumes"]?.Items ?? []).Any(mount => (mount.Text?.Split(':')[0] ?? mount["source"]?.Text) is "." or "./" or "./src"
            or "..")
        || service.At("develop", "watch") is not null;

    static string? Variable(DataNode? environment, string name) =>
        environment?[name]?.Text ?? environment?.Items?.Select(item => item.Text)
            .FirstOrDefault(text => text?.StartsWith(name + "=", StringComparison.Ordinal) == true)?[(name.Length + 1)..];
}
