using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Commands;

/// <summary>Commands that run another command: in other surroundings, on another machine, with other variables.</summary>
static class Wrappers
{
    /// <summary>A wrapper that takes options, then operands of its own, then the command.</summary>
    sealed record Prefix(int Operands, params string[] WithValue);

    static readonly Dictionary<string, Prefix> Prefixes = new(StringComparer.Ordinal)
    {
        ["exec"] = new(0, "-a"), ["builtin"] = new(0), ["nohup"] = new(0), ["time"] = new(0, "-f", "-o"), ["nice"] = new(0, "-n"),
            ["ionice"] = new(0, "-c", "-n"),
        ["timeout"] = new(1, "-k", "-s", "--signal", "--kill-after"), ["stdbuf"] = new(0, "-i", "-o", "-e"), ["setsid"] = new(0),
            ["chronic"] = new(0), ["unbuffer"] = new(0),
["watch"] = new(0, "-n"), ["su-exec"] = new(1), ["gosu"] = new(1), ["doas"] = new(0, "-u", "-C"),
        ["tini"] = new(0, "-p", "-e"), ["dumb-init"] = new(0, "-r"), ["catatonit"] = new(0), ["s6-setuidgid"] = new(1),
            ["envdir"] = new(1), ["chpst"] = new(0, "-u", "-U", "-e"), ["chroot"] = new(1),
        ["setpriv"] = new(0), ["xvfb-run"] = new(0, "-n", "-s", "-e"), ["poetry"] = new(0), ["pipenv"] = new(0), ["caffeinate"] = new(0),
            ["winpty"] = new(0), ["call"] = new(0), ["start"] = new(0),
        ["dotenv-run"] = new(0), ["with-contenv"] = new(0), ["softlimit"] = new(0, "-m"), ["@"] = new(0), ["then"] = new(0),
            ["do"] = new(0), ["else"] = new(0), ["not"] = new(0),
    };

    /// <summary>Programs with a subcommand that runs what follows it.</summary>
    static readonly Dictionary<(string Program, string Verb), Prefix> Verbs = new()
    {
        [("poetry", "run")] = new(0), [("pipenv", "run")] = new(0),
            [("uv", "run")] = new(0, "--with", "--env-file", "-p", "--python", "--package", "--group", "--extra", "--directory",
            "--project"),
        [("pdm", "run")] = new(0, "-p"), [("rye", "run")] = new(0), [("hatch", "run")] = new(0), [("conda", "run")] = new(0, "-n", "-p"),
            [("bundle", "exec")] = new(0),
        [("railway", "run")] = new(0, "-s", "--service", "-e", "--environment", "-p", "--project"),
            [("heroku", "run")] = new(0, "-a", "--app", "-r", "--remote", "-s", "--size", "-e", "--env"),
        [("doppler", "run")] = new(0, "-p", "--project", "-c", "--config", "-t", "--token", "--command", "--mount"),
            [("infisical", "run")] = new(0, "--env", "--path", "--projectId", "--command", "-c", "-e", "--token"),
        [("op", "run")] = new(0, "--env-file", "--account"), [("aws-vault", "exec")] = new(1, "-d"), [("chamber", "exec")] = new(1),
            [("dotenvx", "run")] = new(0, "-f", "--env-file", "-e", "--env", "-fk"),
        [("direnv", "exec")] = new(1), [("mise", "exec")] = new(0), [("mise", "x")] = new(0), [("asdf", "exec")] = new(0),
            [("nvm", "exec")] = new(1), [("nvm", "run")] = new(1), [("fnm", "exec")] = new(0, "--using"),
            [("volta", "run")] = new(0, "--node", "--npm", "--yarn"),
        [("dokku", "run")] = new(1), [("vercel", "exec")] = new(0), [("netlify", "dev:exec")] = new(0),
            [("sst", "shell")] = new(0, "--stage"), [("sst", "bind")] = new(0, "--stage"), [("vault-env", "run")] = new(0),
        [("devbox", "run")] = new(0), [("wait-port", "")] = new(1), [("teller", "run")] = new(0), [("with", "env")] = new(0),
            [("render", "ssh")] = new(1), [("scalingo", "run")] = new(0, "-a", "--app"), [("clever", "ssh")] = new(0),
    };

    public static IEnumerable<CommandAction>? Read(string name, IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        switch (name)
        {
            case "env":
                return Env(arguments, around, depth);
            case "xargs":
                var behind = OptionScan.From(arguments, 1, "-n", "-I", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args", "--max-procs",
                    "--delimiter", "--replace").Rest;
                return behind.Length == 0 ? [] : Behind([.. behind, new Argument(Argument.Unknown.ToString(), "…")], around, depth);
            case "parallel" or "rush":
                return Parallel(arguments, around, depth);
            case "sudo":
                return Behind(Assigned(OptionScan.From(arguments, 1, "-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "-r", "-t").Rest,
                    ref around), around, depth);
            case "command":
                return arguments.Count > 1 && arguments[1].Text is "-v" or "-V" ? [] : Behind([.. arguments.Skip(1)], around, depth);
            case "cross-env" or "cross-env-shell":
                var command = Assigned([.. arguments.Skip(1)], ref around);
                return command is [var only] && only.Text.Contains(' ', StringComparison.Ordinal) ? [new RunsShell(only, [], around)]
                    : Behind(command, around, depth);
            case "dotenv":
                return Dotenv(arguments, around, depth);
            case "env-cmd":
                return EnvCmd(arguments, around, depth);
            case "docker" or "podman" or "nerdctl":
                return Docker(arguments, around, depth);
            case "docker-compose" or "podman-compose":
                return Compose([.. arguments.Skip(1)], around, depth);
            case "kubectl" or "oc" or "microk8s.kubectl":
                return Kubectl(arguments, around, depth);
            case "ssh" or "sshpass":
                return Ssh(arguments, around, depth);
            case "su" or "runuser":
                return SwitchUser(arguments, around, depth);
            case "fly" or "flyctl":
                return LineOf(arguments, around with { IsElsewhere = true }, "-C", "--command");
            case "aws" or "gcloud" or "az" or "eb":
                return LineOf(arguments, around with { IsElsewhere = true }, "--command", "--command-id", "-c", "--scripts");
            case "nix-shell":
                return LineOf(arguments, around, "--run", "--command");
            case "nix":
                return Behind([.. arguments.SkipWhile(argument => argument.Text is not ("-c" or "--command")).Skip(1)], around, depth);
            case "flock":
                return LineOf(arguments, around, "-c", "--command").ToList() is { Count: > 0 } line ? line
                    : Prefixed(arguments, 1, new Prefix(1, "-w", "-E"), around, depth);
            case "start-server-and-test" or "server-test" or "start-test":
                return [.. arguments.Skip(1).Where(argument => !argument.Text.Contains("://", StringComparison.Ordinal)
                    && !argument.Text.All(char.IsAsciiDigit))
                    .Select(argument => argument.Text.Contains(' ', StringComparison.Ordinal)
                        ? (CommandAction)new RunsShell(argument, [], around)
                        : new RunsScripts([argument], PackageSelection.Here, [], around) { IfPresent = true })];
            case "find":
                var execute = arguments.ToList().FindIndex(argument => argument.Text is "-exec" or "-execdir" or "-ok");
                return execute < 0 ? [] : Behind([.. arguments.Skip(execute + 1)], around, depth);
            default:
                break;
        }

        if (arguments.Count > 1 && Verbs.TryGetValue((name, arguments[1].Text), out var verb))
        {
            var scan = OptionScan.From(arguments, 2, verb.WithValue);
            around = scan.Values("-c", "--config", "--env", "-e", "--environment", "-f", "--env-file", "--stage", "-a", "--app")
                .Aggregate(around with { IsElsewhere = name is "heroku" or "dokku" or "scalingo" or "render" }, (so, value) =>
                    so.Naming(value));
            return scan.Value("--command") is { } text
                ? [new RunsShell(text, [], around)]
                : Behind(Unseparated([.. scan.Rest.Skip(verb.Operands)]), around, depth);
        }

        return Prefixes.TryGetValue(name, out var prefix) ? Prefixed(arguments, 1, prefix, around, depth) : null;
    }

    /// <summary><c>parallel command ::: a b</c> runs the command with each argument; without <c>:::</c> they come from a pipe.</summary>
    static IEnumerable<CommandAction> Parallel(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var rest = OptionScan.From(arguments, 1, "-j", "--jobs", "-a", "--arg-file", "-S", "--sshlogin", "--delay", "--timeout", "-I",
            "--colsep", "-C", "-N").Rest;
        var separator = Array.FindIndex(rest, argument => argument.Text is ":::" or "::::");
        if (separator < 0)
        {
            return Behind([.. rest, new Argument(Argument.Unknown.ToString(), "…")], around, depth);
        }

        var command = Interpreters.Joined(rest.Take(separator));
        return rest[separator].Text == "::::" ? Behind([.. rest.Take(separator), new Argument(Argument.Unknown.ToString(), "…")], around,
            depth)
            : [.. rest.Skip(separator + 1).Select(argument => new RunsShell(
                new Argument(command.Text.Contains("{}", StringComparison.Ordinal)
                    ? command.Text.Replace("{}", argument.Text, StringComparison.Ordinal) : $"{command.Text} {argument.Text}".Trim()), [],
                    around))];
    }

    static IEnumerable<CommandAction> Prefixed(IReadOnlyList<Argument> arguments, int start, Prefix prefix, CommandContext around,
        int depth) =>
        Behind(Unseparated([.. OptionScan.From(arguments, start, prefix.WithValue).Rest.Skip(prefix.Operands)]), around, depth);

    static IReadOnlyList<Argument> Unseparated(IReadOnlyList<Argument> command) => command is [{ Text: "--" }, ..] ? [.. command.Skip(1)]
        : command;

    static IEnumerable<CommandAction> Behind(IReadOnlyList<Argument> command, CommandContext around, int depth) =>
        command is [var line, ..] && line.Text.Contains(' ', StringComparison.Ordinal)
            ? [new RunsShell(line, [], around)]
            : CommandReader.Read(command, around, depth + 1);

    static IReadOnlyList<Argument> Assigned(IReadOnlyList<Argument> arguments, ref CommandContext around)
    {
        var index = 0;
        for (; index < arguments.Count && arguments[index].Text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals; index++)
        {
            around = around.Setting(arguments[index].Text[..equals], arguments[index].Text[(equals + 1)..]);
        }

        return Unseparated([.. arguments.Skip(index)]);
    }

    static IEnumerable<CommandAction> Env(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var scan = OptionScan.From(arguments, 1, "-u", "--unset", "-C", "--chdir", "-S", "--split-string");
        around = around.In(scan.Value("-C", "--chdir")?.Text);
        return scan.Value("-S", "--split-string") is { } line
            ? [new RunsShell(Interpreters.Joined([line, .. scan.Rest]), [], around)]
            : Behind(Assigned(scan.Rest, ref around), around, depth);
    }

    static IEnumerable<CommandAction> Dotenv(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var scan = OptionScan.From(arguments, 1, "-e", "-f", "--file", "-v", "-c", "--env-file");
        around = scan.Values("-e", "-f", "--file", "--env-file", "-c").Aggregate(around, (so, file) => so.Naming(file));
        foreach (var pair in scan.Values("-v"))
        {
            around = pair.Split('=', 2) is [var key, var value] ? around.Setting(key, value) : around;
        }

        var rest = scan.Rest;
        return Behind(Unseparated(rest is [{ Text: "run" }, ..] ? [.. rest.Skip(1)] : rest), around, depth);
    }

    static IEnumerable<CommandAction> EnvCmd(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var scan = OptionScan.From(arguments, 1, "-f", "--file", "-e", "--environments", "-r", "--rc-file");
        around = scan.Values("-f", "--file", "-e", "--environments").Aggregate(around, (so, file) => so.Naming(file));
        return scan.Options.Count == 0 && scan.Rest is [var file, .. var command] && file.Text.Contains(".env", StringComparison.Ordinal)
            ? Behind(command, around.Naming(file.Text), depth)
            : Behind(scan.Rest, around, depth);
    }

    static IEnumerable<CommandAction> Docker(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var global = OptionScan.From(arguments, 1, "-H", "--host", "--context", "-c", "--config", "-l");
        if (global.Rest is not [var verb, ..])
        {
            return [];
        }

        IReadOnlyList<Argument> rest = verb.Text is "container" or "image" or "buildx" && global.Rest.Length > 1
            ? [.. global.Rest.Skip(1)] : global.Rest;
        switch (rest[0].Text)
        {
            case "compose":
                return Compose([.. rest.Skip(1)], around, depth);
            case "exec":
                return Behind([.. Container(rest).Skip(1)], around with { IsElsewhere = true }, depth);
            case "run":
                var entrypoint = OptionScan.From(rest, 1, ContainerValues).Value("--entrypoint");
                var command = Container(rest).Skip(1);
                around = around with { IsElsewhere = true };
                return entrypoint is { } program ? Behind([program, .. command], around, depth)
                    : Container(rest) is [var image, ..] && ToolCatalog.ForImage(image.Text) is { } tool
                        && !(command.FirstOrDefault() is { } first && tool.Programs.Contains(first.Name))
                        ? [new RunsTool(ToolCommand.Read(tool, tool.Programs[0], [.. command]), around),
                            .. Behind([.. command], around with { IsGuess = true }, depth)]
                        : Behind([.. command], around, depth);
            case "stack":
                var stack = OptionScan.From(rest, 2, "-c", "--compose-file", "--orchestrator");
                return rest is [_, { Text: "deploy" or "up" }, ..]
                    ? [.. stack.Options.Where(option => option.Name is "-c" or "--compose-file")
                    .Select(option => new UsesFile(FileRole.Compose, option.Value, around))] : [];
            case "bake":
                var bake = OptionScan.From(rest, 1, "-f", "--file", "--set", "--progress", "--builder", "--metadata-file", "--allow",
                    "--var");
                var stages = bake.Rest.Select(target => target.Text).DefaultIfEmpty(null);
                return [.. bake.Options.Where(option => option.Name is "-f" or "--file")
                    .SelectMany(option => stages.Select(stage => new UsesFile(FileRole.Bake, option.Value, around) { Stage = stage }))];
            case "build":
                var build = OptionScan.From(rest, 1, "-f", "--file", "-t", "--tag", "--target", "--build-arg", "--platform", "--cache-from",
                    "--cache-to", "--secret", "--ssh", "-o", "--output", "--label", "--network", "--progress", "--builder");
                return
                [
                    new BuildsImage(build.Value("-f", "--file")?.Text, build.Value("--target")?.Text, build.Rest is [var directory, ..]
                        ? directory.Text : ".", build.Has("--push"), around),
                ];
            default:
                return [];
        }
    }

    static readonly string[] ContainerValues =
    [
        "-e", "--env", "--env-file", "-u", "--user", "-w", "--workdir", "-v", "--volume", "-p", "--publish", "--name", "--network",
        "--net", "--entrypoint", "-l", "--label", "--mount",
        "-h", "--hostname", "--platform", "--restart", "-m", "--memory", "--cpus", "--add-host", "--link", "--detach-keys", "--index",
        "--pull", "--gpus", "--ulimit", "--shm-size", "--cap-add",
    ];

    static IReadOnlyList<Argument> Container(IReadOnlyList<Argument> rest) => OptionScan.From(rest, 1, ContainerValues).Rest;

    static IEnumerable<CommandAction> Compose(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var global = OptionScan.From(arguments, 0, "-f", "--file", "-p", "--project-name", "--env-file", "--profile", "--project-directory",
            "--ansi", "--progress");
        around = global.Values("-f", "--file", "--env-file", "--profile")
            .Aggregate(around, (so, file) => so.Naming(file)) with { IsElsewhere = true };
        IEnumerable<CommandAction> files = global.Rest is [{ Text: "up" or "create" or "start" or "restart" or "build" or "run"
            or "watch" }, ..]
            ? global.Options.Where(option => option.Name is "-f" or "--file" && option.Value.Text is not ("" or "-"))
                .Select(option => new UsesFile(FileRole.Compose, option.Value, around with { IsElsewhere = false }) { IsOptional = true })
            : [];
        return [.. files, .. global.Rest is [{ Text: "exec" or "run" }, ..] ? Behind([.. Container(global.Rest).Skip(1)], around, depth)
            : []];
    }

    static IEnumerable<CommandAction> Kubectl(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        if (!arguments.Any(argument => argument.Text is "exec" or "run" or "debug" or "rsh"))
        {
            return [];
        }

        var separator = arguments.ToList().FindIndex(argument => argument.Text == "--");
        return separator > 0
            ? Behind([.. arguments.Skip(separator + 1)], around with { IsElsewhere = true }, depth)
            : CommandReader.Wrapped(arguments, around with { IsElsewhere = true }, depth);
    }

    static IEnumerable<CommandAction> Ssh(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        around = around with { IsElsewhere = true };
        if (arguments[0].Name == "sshpass")
        {
            return Behind(OptionScan.From(arguments, 1, "-p", "-f", "-d", "-P").Rest, around, depth);
        }

        var rest = OptionScan.From(arguments, 1, "-i", "-p", "-l", "-o", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-S", "-W").Rest;
        var command = rest.Skip(1).ToList();
        while (command is [{ Text: ['-', ..] and var option }, ..])
        {
            command.RemoveRange(0, option is "-o" or "-i" or "-p" or "-l" && command.Count > 1 ? 2 : 1);
        }

        return command.Count == 0 ? [new RunsInput(around)] : [new RunsShell(Interpreters.Joined(command), [], around)];
    }

    static IEnumerable<CommandAction> SwitchUser(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var line = arguments.ToList().FindIndex(argument => argument.Text is "-c" or "--command" or "-lc");
        if (line > 0 && line + 1 < arguments.Count)
        {
            return [new RunsShell(arguments[line + 1], [], around)];
        }

        var scan = OptionScan.From(arguments, 1, "-u", "--user", "-s", "--shell", "-g");
        return Behind(Unseparated([.. scan.Rest.Skip(scan.Has("-u", "--user") ? 0 : 1)]), around, depth);
    }

    /// <summary>A whole command line as the value of an option.</summary>
    static IEnumerable<CommandAction> LineOf(IReadOnlyList<Argument> arguments, CommandContext around, params string[] options)
    {
        for (var index = 1; index < arguments.Count; index++)
        {
            foreach (var option in options)
            {
                if (arguments[index].Text == option && index + 1 < arguments.Count)
                {
                    yield return new RunsShell(arguments[index + 1], [], around);
                }
                else if (arguments[index].Text.StartsWith(option + "=", StringComparison.Ordinal))
                {
                    yield return new RunsShell(new Argument(arguments[index].Text[(option.Length + 1)..]), [], around);
                }
            }
        }
    }
}
