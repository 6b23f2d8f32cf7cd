using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Commands;

/// <summary>Monorepo tools and target runners: turbo, nx, lerna, make, just, task.</summary>
static class TaskRunners
{
    public static IEnumerable<CommandAction>? Read(string name, IReadOnlyList<Argument> arguments, CommandContext around, int depth) =>
        name switch
    {
        "turbo" => Turbo(arguments, around),
        "nx" => Nx(arguments, around),
        "lerna" => Lerna(arguments, around, depth),
        "make" or "gmake" => Make(arguments, around),
        "just" => Targets("just", arguments, around, "-f", "--justfile", "-d", "--working-directory", "--set"),
        "task" or "go-task" => Targets("task", arguments, around, "-t", "--taskfile", "-d", "--dir", "-o"),
        _ => null,
    };

    static IEnumerable<CommandAction> Turbo(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        string[] withValue = ["--filter", "-F", "--cwd", "--concurrency", "--cache-dir", "--env-mode", "--output-logs", "--log-order",
            "--scope", "--team", "--token"];
        var words = arguments.Skip(1).TakeWhile(argument => argument.Text != "--").ToList();
        var filters = new List<string>();
        var tasks = new List<Argument>();
        for (var index = 0; index < words.Count; index++)
        {
            var text = words[index].Text;
            if (text is "--filter" or "-F" or "--scope" && index + 1 < words.Count)
            {
                filters.Add(words[++index].Text);
            }
            else if (text.StartsWith("--filter=", StringComparison.Ordinal) || text.StartsWith("--scope=", StringComparison.Ordinal))
            {
                filters.Add(text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            }
            else if (text.StartsWith("-F=", StringComparison.Ordinal))
            {
                filters.Add(text[3..]);
            }
            else if (withValue.Contains(text, StringComparer.Ordinal))
            {
                index++;
            }
            else if (!text.StartsWith('-') && !(tasks.Count == 0 && text == "run"))
            {
                tasks.Add(words[index]);
            }
        }

        return tasks.Count == 0 || tasks[0].Text is "prune" or "login" or "link" or "daemon" or "gen" or "generate" or "info" or "ls"
            or "telemetry" && tasks.Count < 2
            ? []
            : [new RunsTasks("turbo", tasks, new PackageSelection(filters, All: filters.Count == 0), around)];
    }

    static IEnumerable<CommandAction> Nx(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        string[] withValue = ["-t", "--target", "--targets", "-p", "--projects", "--project", "-c", "--configuration", "--base", "--head",
            "--parallel", "--exclude"];
        var options = new List<(string Name, string Value)>();
        var words = new List<Argument>();
        for (var index = 1; index < arguments.Count && arguments[index].Text != "--"; index++)
        {
            var text = arguments[index].Text;
            if (text.StartsWith('-') && text.Split('=', 2) is [var option, var value])
            {
                options.Add((option, value));
            }
            else if (withValue.Contains(text, StringComparer.Ordinal) && index + 1 < arguments.Count)
            {
                options.Add((text, arguments[++index].Text));
            }
            else if (!text.StartsWith('-'))
            {
                words.Add(arguments[index]);
            }
        }

        var targets = options.Where(option => option.Name is "-t" or "--target" or "--targets")
            .SelectMany(option => option.Value.Split(',')).ToList();
        var projects = options.Where(option => option.Name is "-p" or "--projects" or "--project")
            .SelectMany(option => option.Value.Split(',')).ToList();
        return words switch
        {
            [{ Text: "run-many" or "affected" or "affected:run" }, ..] =>
                [new RunsTasks("nx", [.. targets.Select(target => new Argument(target))],
                    new PackageSelection(projects, All: projects.Count == 0), around)],
            [{ Text: "run" }, var target, ..] when target.Text.Split(':') is [var project, var task, ..] =>
                [new RunsTasks("nx", [new Argument(task)], new PackageSelection([project]), around)],
            [{ Text: "run" or "exec" or "g" or "generate" or "graph" or "migrate" or "reset" or "report" or "init" or "list" or "show"
                or "release" }, ..] => [],
            [var task, var project, ..] => [new RunsTasks("nx", [task], new PackageSelection([project.Text]), around)],
            [var task] => [new RunsTasks("nx", [task], new PackageSelection(projects, All: projects.Count == 0), around)],
            _ => [],
        };
    }

    static IEnumerable<CommandAction> Lerna(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var scope = OptionScan.From(arguments, 1, "--scope", "--ignore", "--concurrency");
        if (scope.Rest is not [var word, ..])
        {
            return [];
        }

        var local = OptionScan.From(scope.Rest, 1, "--scope", "--ignore", "--concurrency");
        string[] filters = [.. scope.Values("--scope"), .. local.Values("--scope")];
        return word.Text switch
        {
            "run" when local.Rest.Length > 0 =>
                [new RunsScripts([local.Rest[0]], new PackageSelection(filters, All: filters.Length == 0), [],
                around) { IfPresent = true }],
            "exec" => CommandReader.Read(local.Rest, around, depth + 1),
            _ => [],
        };
    }

    static IEnumerable<CommandAction> Make(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        var (file, targets) = ((string?)null, new List<Argument>());
        for (var index = 1; index < arguments.Count; index++)
        {
            var text = arguments[index].Text;
            if (text is "-C" or "--directory" or "-f" or "--file" or "--makefile" && index + 1 < arguments.Count)
            {
                index++;
                (file, around) = text is "-C" or "--directory" ? (file, around.In(arguments[index].Text)) : (arguments[index].Text, around);
            }
            else if (text.StartsWith("-C", StringComparison.Ordinal))
            {
                around = around.In(text[2..]);
            }
            else if (text.StartsWith("--directory=", StringComparison.Ordinal))
            {
                around = around.In(text["--directory=".Length..]);
            }
            else if (!text.StartsWith('-') && !text.Contains('=', StringComparison.Ordinal))
            {
                targets.Add(arguments[index]);
            }
        }

        return [new RunsTargets("make", file, targets, around)];
    }

    static IEnumerable<CommandAction> Targets(string tool, IReadOnlyList<Argument> arguments, CommandContext around,
        params string[] withValue)
    {
        var scan = OptionScan.From(arguments, 1, withValue);
        return scan.Has("--list", "-l", "--list-all", "--summary", "--dump", "--show", "--version", "--help")
            ? []
            : [new RunsTargets(tool, scan.Value("-f", "--justfile", "-t", "--taskfile")?.Text, scan.Rest,
                around.In(scan.Value("-d", "--working-directory", "--dir")?.Text))];
    }
}
