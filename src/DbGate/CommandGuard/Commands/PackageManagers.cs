using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Commands;

/// <summary>npm, pnpm, yarn, bun and their runners of package binaries.</summary>
static class PackageManagers
{
    static readonly string[] NpmValues = ["--prefix", "-C", "-w", "--workspace", "--loglevel", "--registry", "--userconfig", "--cache",
        "--script-shell"];
    static readonly string[] PnpmValues = ["--filter", "-F", "--filter-prod", "-C", "--dir", "--workspace-concurrency", "--reporter",
        "--loglevel", "--resume-from"];
    static readonly string[] YarnValues = ["--cwd", "--modules-folder", "--cache-folder", "--mutex", "--use-yarnrc"];
    static readonly string[] BunValues = ["--cwd", "--filter", "-F", "--env-file", "--config", "-c", "--elide-lines"];
    static readonly string[] RunnerValues = ["-p", "--package", "-c", "--call", "-w", "--workspace", "--prefix", "--registry", "--cache"];

    /// <summary>Words of each manager that are no script.</summary>
    static readonly HashSet<string> Builtins = new(StringComparer.Ordinal)
    {
        "add", "remove", "update", "upgrade", "up", "publish", "pack", "store", "config", "why", "list", "ls", "audit", "outdated",
        "import", "prune", "rebuild", "rb",
        "link", "unlink", "fetch", "patch", "env", "setup", "init", "create", "login", "logout", "root", "bin", "licenses", "server",
        "cache", "deploy", "version", "view",
        "info", "tag", "global", "set", "get", "policies", "dedupe", "plugin", "plugins", "constraints", "unplug", "npm", "help", "pm",
        "whoami", "self-update", "doctor",
        "approve-builds", "autoclean", "check", "generate-lock-entry", "owner", "team", "versions", "completion", "search", "stage",
    };

    public static IEnumerable<CommandAction>? Read(string name, IReadOnlyList<Argument> arguments, CommandContext around, int depth) =>
        name switch
    {
        "npm" => Npm(arguments, around, depth),
        "pnpm" => Pnpm(arguments, around, depth),
        "yarn" or "yarnpkg" => Yarn(arguments, around, depth),
        "bun" => Bun(arguments, around, depth),
        "npx" or "pnpx" or "bunx" => Runner(arguments, 1, around, depth),
        "corepack" => Corepack(arguments, around, depth),
        "npm-run-all" or "npm-run-all2" or "run-s" or "run-p" or "run-z" => RunAll(arguments, around),
        "concurrently" or "conc" => Concurrently(arguments, around),
        "deno" => Deno(arguments, around, depth),
        _ => null,
    };

    static IEnumerable<CommandAction> Corepack(IReadOnlyList<Argument> arguments, CommandContext around, int depth) =>
        arguments.Count > 1 && arguments[1].Text is "enable" or "disable" or "prepare" or "use" or "install"
            ? []
            : CommandReader.Read([.. arguments.Skip(1).Select(WithoutVersion)], around, depth + 1);

    static IEnumerable<CommandAction> Npm(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var global = OptionScan.From(arguments, 1, NpmValues);
        if (global.Rest.Length == 0)
        {
            return [];
        }

        var local = OptionScan.From(global.Rest, 1, NpmValues);
        var selection = new PackageSelection([.. global.Values("-w", "--workspace"), .. local.Values("-w", "--workspace")],
            global.Has("--workspaces", "-ws") || local.Has("--workspaces", "-ws"));
        around = around.In((local.Value("--prefix", "-C") ?? global.Value("--prefix", "-C"))?.Text);
        switch (global.Rest[0].Text)
        {
            case "run" or "run-script" or "rum" or "urn":
                return Scripts(global.Rest, NpmValues, selection, around);
            case "start" or "stop" or "test" or "restart" or "t" or "tst":
                var script = global.Rest[0].Text is "t" or "tst" ? "test" : global.Rest[0].Text;
                return [new RunsScripts([new Argument(script)], Behind(local.Rest, selection, out var behind), behind, around)];
            case "exec" or "x":
                return Runner(global.Rest, 1, around, depth);
            case "explore" when local.Rest.Length > 1:
                return CommandReader.Read([.. local.Rest.Skip(1).SkipWhile(argument => argument.Text == "--")],
                    around with { IsElsewhere = true }, depth + 1);
            case "install" or "i" or "ci" or "clean-install" or "install-clean" or "ic" or "isntall" when !IgnoresScripts(global, local):
                return [new InstallsPackages(selection, around)];
            default:
                return [];
        }
    }

    static bool IgnoresScripts(OptionScan global, OptionScan local) => global.Has("--ignore-scripts", "-g", "--global")
        || local.Has("--ignore-scripts", "-g", "--global");

    /// <summary>npm takes its own options behind the script's name too, up to <c>--</c>.</summary>
    static List<CommandAction> Scripts(IReadOnlyList<Argument> rest, string[] withValue, PackageSelection selection, CommandContext around)
    {
        var scan = OptionScan.From(rest, 1, withValue);
        if (scan.Rest.Length == 0)
        {
            return [];
        }

        selection = Behind([.. scan.Rest.Skip(1)], selection, out var arguments);
        around = around.In(Following(scan.Rest, "--prefix") ?? Following(scan.Rest, "-C"));
        return
        [
            new RunsScripts([scan.Rest[0]], selection, arguments, around)
            {
                IfPresent = rest.Any(argument => argument.Text == "--if-present"),
            },
        ];
    }

    static string? Following(IReadOnlyList<Argument> arguments, string option)
    {
        for (var index = 1; index < arguments.Count && arguments[index].Text != "--"; index++)
        {
            if (arguments[index].Text == option && index + 1 < arguments.Count)
            {
                return arguments[index + 1].Text;
            }

            if (arguments[index].Text.StartsWith(option + "=", StringComparison.Ordinal))
            {
                return arguments[index].Text[(option.Length + 1)..];
            }
        }

        return null;
    }

    static PackageSelection Behind(IReadOnlyList<Argument> arguments, PackageSelection selection, out IReadOnlyList<Argument> passed)
    {
        var filters = new List<string>(selection.Filters);
        var kept = new List<Argument>();
        var all = selection.All;
        for (var index = 0; index < arguments.Count; index++)
        {
            var text = arguments[index].Text;
            if (text == "--")
            {
                kept.AddRange(arguments.Skip(index + 1));
                break;
            }

            if (text is "-w" or "--workspace" && index + 1 < arguments.Count)
            {
                filters.Add(arguments[++index].Text);
            }
            else if (text.StartsWith("--workspace=", StringComparison.Ordinal))
            {
                filters.Add(text["--workspace=".Length..]);
            }
            else if (text is "--workspaces" or "-ws")
            {
                all = true;
            }
            else if (!text.StartsWith('-'))
            {
                kept.Add(arguments[index]);
            }
        }

        passed = kept;
        return new PackageSelection(filters, all);
    }

    static IEnumerable<CommandAction> Pnpm(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var global = OptionScan.From(arguments, 1, PnpmValues);
        if (global.Rest.Length == 0)
        {
            return [];
        }

        var local = OptionScan.From(global.Rest, 1, PnpmValues);
        var selection = new PackageSelection(
            [.. global.Values("--filter", "-F", "--filter-prod"), .. local.Values("--filter", "-F", "--filter-prod")],
            global.Has("-r", "--recursive", "m", "multi") || local.Has("-r", "--recursive"),
            global.Has("-w", "--workspace-root"));
        around = around.In((global.Value("-C", "--dir") ?? local.Value("-C", "--dir"))?.Text);
        var word = global.Rest[0].Text;
        switch (word)
        {
            case "run" or "run-script":
                return local.Rest.Length == 0 ? []
                    : [ScriptAction(local.Rest, selection, around, local.Has("--if-present"), fallsBack: false)];
            case "exec":
                return InSelected(local.Rest, selection, around, depth);
            case "dlx":
                return Runner(global.Rest, 1, around, depth);
            case "install" or "i":
                return global.Has("--ignore-scripts") || local.Has("--ignore-scripts") ? [] : [new InstallsPackages(selection, around)];
            case "m" or "multi" or "recursive" when global.Rest.Length > 1:
                return Pnpm([arguments[0], new Argument("-r"), .. global.Rest.Skip(1)], around, depth);
            case "start" or "test" or "t" or "restart":
                return [ScriptAction([new Argument(word == "t" ? "test" : word), .. global.Rest.Skip(1)], selection, around, false,
                    fallsBack: false)];
            default:
                return Builtins.Contains(word) ? [] : [ScriptAction(global.Rest, selection, around, false, fallsBack: true)];
        }
    }

    /// <summary><c>exec</c> in chosen packages: the command is the same in each, only the directory is not known.</summary>
    static IEnumerable<CommandAction> InSelected(IReadOnlyList<Argument> command, PackageSelection selection, CommandContext around,
        int depth) =>
        CommandReader.Read(Unquoted(command), selection.IsHere ? around : around.In(Selected(selection)), depth + 1);

    /// <summary>A directory that means "in the selected package".</summary>
    static string? Selected(PackageSelection selection) => selection.Filters is [var only] ? $"{PackageMark}{only}" : null;

    /// <summary>Begins a directory that names a package instead of a path.</summary>
    internal const string PackageMark = "package:";

    static IReadOnlyList<Argument> Unquoted(IReadOnlyList<Argument> command) => command is [{ Text: "--" }, ..] ? [.. command.Skip(1)]
        : command;

    static RunsScripts ScriptAction(IReadOnlyList<Argument> rest, PackageSelection selection, CommandContext around, bool ifPresent,
        bool fallsBack) =>
        new([rest[0]], selection, [.. rest.Skip(1).Where((argument, index) => index > 0 || argument.Text != "--")], around)
        {
            IfPresent = ifPresent,
            FallsBackToProgram = fallsBack,
        };

    static IEnumerable<CommandAction> Yarn(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var global = OptionScan.From(arguments, 1, YarnValues);
        around = around.In(global.Value("--cwd")?.Text);
        if (global.Rest.Length == 0)
        {
            return global.Has("--ignore-scripts", "--version", "-v", "--help", "-h") ? []
                : [new InstallsPackages(PackageSelection.Here, around)];
        }

        var rest = global.Rest;
        switch (rest[0].Text)
        {
            case "run":
                var run = OptionScan.From(rest, 1, YarnValues);
                return run.Rest.Length == 0 ? [] : [ScriptAction(run.Rest, PackageSelection.Here, around, false, fallsBack: true)];
            case "workspace" when rest.Length > 2:
                return InPackage(Yarn([arguments[0], .. rest.Skip(2)], around, depth), rest[1].Text);
            case "workspaces" when rest.Length > 1 && rest[1].Text is "run" or "foreach":
                var each = OptionScan.From(rest, 2, "--include", "--exclude", "--from", "-j", "--jobs", "--since");
                IReadOnlyList<Argument> command = rest[1].Text == "run" ? [new Argument("run"), .. each.Rest] : each.Rest;
                return Yarn([arguments[0], .. command], around, depth).Select(action => action is RunsScripts scripts
                    ? scripts with { Selection = new PackageSelection([.. each.Values("--include", "--from")], All: true),
                        IfPresent = true }
                    : action);
            case "exec":
                return CommandReader.Read(Unquoted([.. rest.Skip(1)]), around, depth + 1);
            case "dlx":
                return Runner(rest, 1, around, depth);
            case "node":
                return CommandReader.Read(rest, around, depth + 1);
            case "install":
                return rest.Any(argument => argument.Text is "--ignore-scripts" or "--mode=skip-build") ? []
                    : [new InstallsPackages(PackageSelection.Here, around)];
            default:
                return Builtins.Contains(rest[0].Text) ? [] : [ScriptAction(rest, PackageSelection.Here, around, false, fallsBack: true)];
        }
    }

    static IEnumerable<CommandAction> InPackage(IEnumerable<CommandAction> actions, string package) =>
        actions.Select(action => action is RunsScripts scripts ? scripts with { Selection = new PackageSelection([package]) } : action);

    static IEnumerable<CommandAction> Bun(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var global = OptionScan.From(arguments, 1, BunValues);
        if (global.Rest.Length == 0)
        {
            return [];
        }

        var word = global.Rest[0].Text;
        var local = OptionScan.From(global.Rest, 1, BunValues);
        around = around.In((global.Value("--cwd") ?? local.Value("--cwd"))?.Text)
            .Naming((global.Value("--env-file") ?? local.Value("--env-file"))?.Text);
        var selection = new PackageSelection([.. global.Values("--filter", "-F"), .. local.Values("--filter", "-F")]);
        switch (word)
        {
            case "x":
                return Runner(global.Rest, 1, around, depth);
            case "install" or "i":
                return local.Has("--ignore-scripts") ? [] : [new InstallsPackages(selection, around)];
            case "run" when local.Rest.Length > 0:
                return ScriptOrFile(local.Rest, selection, around);
            case "run" or "test" or "build" or "repl":
                return [];
            default:
                return Builtins.Contains(word) ? [] : ScriptOrFile(global.Rest, selection, around);
        }
    }

    static List<CommandAction> ScriptOrFile(IReadOnlyList<Argument> rest, PackageSelection selection, CommandContext around) =>
        Interpreters.IsJavaScript(rest[0].Text) || rest[0].Text.EndsWith(".sh", StringComparison.Ordinal)
            ? [new RunsFile(rest[0], [.. rest.Skip(1)], Language.Detect, around)]
            : [ScriptAction(rest, selection, around, false, fallsBack: true)];

    /// <summary>npx, npm exec, pnpm dlx, bunx: options, a package, its arguments; or a whole line behind <c>-c</c>.</summary>
    static IEnumerable<CommandAction> Runner(IReadOnlyList<Argument> arguments, int start, CommandContext around, int depth)
    {
        var scan = OptionScan.From(arguments, start, RunnerValues);
        around = around.In(scan.Value("--prefix")?.Text);
        if (scan.Value("-c", "--call") is { } line)
        {
            return [new RunsShell(line, [], around)];
        }

        var rest = Unquoted(scan.Rest);
        return rest.Count == 0 ? [] : CommandReader.Read([WithoutVersion(rest[0]), .. rest.Skip(1)], around, depth + 1);
    }

    /// <summary><c>prisma@6.19.3</c> is <c>prisma</c>; a package whose command has another name is called by that.</summary>
    static Argument WithoutVersion(Argument package)
    {
        var text = package.Text.StartsWith("npm:", StringComparison.Ordinal) ? package.Text[4..] : package.Text;
        var at = text.IndexOf('@', Math.Min(1, text.Length));
        text = at > 0 ? text[..at] : text;
        return package with
        {
            Text = ToolCatalog.ForPackage(text) is { } tool ? tool.Programs[0] : text switch
            {
                "dotenv-cli" => "dotenv",
                "@dotenvx/dotenvx" => "dotenvx",
                "npm-run-all2" => "npm-run-all",
                "@nestjs/cli" => "nest",
                _ => text,
            },
        };
    }

    static IEnumerable<CommandAction> Deno(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        if (arguments.Count < 2 || arguments[1].Text is not ("run" or "task" or "x"))
        {
            return [];
        }

        var scan = OptionScan.From(arguments, 2, "--config", "-c", "--cwd", "--env-file", "--import-map", "--lock");
        around = around.In(scan.Value("--cwd")?.Text).Naming(scan.Value("--env-file")?.Text);
        if (scan.Rest.Length == 0)
        {
            return [];
        }

        if (arguments[1].Text == "task")
        {
            return [new RunsTargets("deno", null, [scan.Rest[0]], around)];
        }

        return scan.Rest[0].Text.StartsWith("npm:", StringComparison.Ordinal) || arguments[1].Text == "x"
            ? CommandReader.Read([WithoutVersion(scan.Rest[0]), .. scan.Rest.Skip(1)], around, depth + 1)
            : [new RunsFile(scan.Rest[0], [.. scan.Rest.Skip(1)], Language.JavaScript, around)];
    }

    static IEnumerable<CommandAction> RunAll(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        foreach (var argument in arguments.Skip(1).TakeWhile(argument => argument.Text != "--")
            .Where(argument => !argument.Text.StartsWith('-')))
        {
            var words = argument.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                yield return new RunsScripts([new Argument(words[0])], PackageSelection.Here,
                    [.. words.Skip(1).Where(word => word != "--").Select(word => new Argument(word))], around);
            }
        }
    }

    static IEnumerable<CommandAction> Concurrently(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        string[] withValue = ["-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "-s", "--success", "--restart-tries",
            "--restart-after", "-m", "--max-processes", "-l", "--prefix-length", "-t", "--timestamp-format", "--name-separator"];
        for (var index = 1; index < arguments.Count; index++)
        {
            var text = arguments[index].Text;
            if (withValue.Contains(text, StringComparer.Ordinal))
            {
                index++;
            }
            else if (text.Split(':', 2) is ["npm" or "pnpm" or "yarn" or "bun" or "node" or "npm run", var script]
                && !script.Contains(' ', StringComparison.Ordinal))
            {
                yield return new RunsScripts([new Argument(script)], PackageSelection.Here, [], around);
            }
            else if (!text.StartsWith('-'))
            {
                yield return new RunsShell(arguments[index], [], around);
            }
        }
    }
}
