using System.Text.RegularExpressions;
using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Commands;

/// <summary>Programs that run what a file, a module or a project states: process managers, application servers, build tools.</summary>
static partial class FileUsers
{
    static readonly string[] ServerValues =
    [
        "-b", "--bind", "-w", "--workers", "-k", "--worker-class", "-c", "--config", "--host", "--port", "-p", "-t", "--timeout",
        "--log-level", "--threads", "--env-file", "--app-dir", "--chdir", "-H", "-A", "--app", "--loop", "--http", "--interface", "--env",
        "--name", "-n",
        "--access-logfile", "--error-logfile", "--log-config", "--root-path", "--reload-dir", "--ssl-keyfile", "--ssl-certfile",
        "--listen", "--concurrency", "-l", "--loglevel", "-Q", "-P",
    ];

    static readonly HashSet<string> Servers = new(StringComparer.Ordinal) { "uvicorn", "gunicorn", "hypercorn", "daphne", "granian",
        "waitress-serve", "celery", "flask", "dramatiq", "taskiq", "arq", "rq" };

    public static IEnumerable<CommandAction>? Read(string name, IReadOnlyList<Argument> arguments, CommandContext around, int depth) =>
        name switch
    {
        _ when Servers.Contains(name) => Server(arguments, around),
        "fastapi" or "streamlit" when arguments.Count > 2 && arguments[1].Text is "run" or "dev" =>
            [.. arguments.Skip(2).Where(argument => argument.Text.EndsWith(".py", StringComparison.Ordinal)).Take(1)
                .Select(file => new RunsFile(file, [], Language.Python, around))],
        "supervisord" => Supervisor(arguments, around),
        "uwsgi" => Uwsgi(arguments, around, depth),
        "honcho" or "foreman" or "forego" or "overmind" or "hivemind" or "shoreman" => Processes(arguments, around),
        "crontab" or "supercronic" => arguments.Skip(1).Where(argument => !argument.Text.StartsWith('-')).Take(1)
            .Select(file => new UsesFile(FileRole.Crontab, file, around)),
        "crond" or "cron" => [],
        "ansible-playbook" => [.. OptionScan.From(arguments, 1, "-i", "--inventory", "-e", "--extra-vars", "-l", "--limit", "-t", "--tags",
            "-u", "--user", "--vault-password-file", "--private-key", "-f").Rest
            .Where(argument => argument.Text.EndsWith(".yml", StringComparison.Ordinal)
                || argument.Text.EndsWith(".yaml", StringComparison.Ordinal)).Select(file => new UsesFile(FileRole.Ansible, file, around))],
        "next" when arguments.Count > 1 && arguments[1].Text is "start" or "build" => Next(arguments, around),
        "nest" when arguments.Count > 1 && arguments[1].Text == "start" =>
            [new RunsFile(new Argument("src/main.ts"), [], Language.JavaScript, around)],
        "mise" or "rtx" => Mise(arguments, around, depth),
        "gradle" or "gradlew" or "gradlew.bat" =>
            [new RunsTargets("gradle", null,
            [.. OptionScan.From(arguments, 1, "-p", "-b", "-c", "-I", "-x").Rest.Where(argument => !argument.Text.StartsWith('-'))],
                around)],
        "dotnet" => Dotnet(arguments, around),
        "rake" or "rails" => Tasks(arguments.Skip(1), Language.Ruby, around),
        "artisan" => Tasks(arguments.Skip(1).Take(1), Language.Php, around),
        "mix" => Tasks(arguments.Skip(1).Where(argument => argument.Text != "do"), Language.Elixir, around),
        "go" when arguments.Count > 2 && arguments[1].Text == "run" && arguments.Skip(2)
            .FirstOrDefault(argument => argument.Text.StartsWith('.')
            || argument.Text.EndsWith(".go", StringComparison.Ordinal)) is { Text: { Length: > 0 } } package =>
            [new RunsProject(package, Language.Go, [], around)],
        "python" or "python3" when arguments.Count > 3 && arguments[1].Text == "-m" && Servers.Contains(arguments[2].Text) =>
            CommandReader.Read([.. arguments.Skip(2)], around, depth + 1),
        "aws" when arguments.Any(argument => argument.Text == "register-task-definition") =>
            [.. arguments.Where(argument => argument.Text.StartsWith("file://", StringComparison.Ordinal))
                .Select(file => new UsesFile(FileRole.TaskDefinition, new Argument(file.Text["file://".Length..]), around))],
        _ => null,
    };

    /// <summary>The words that may be tasks of the project; one that only the framework has is not found there.</summary>
    internal static IEnumerable<CommandAction> Tasks(IEnumerable<Argument> words, Language language, CommandContext around) =>
        words.Where(word => word.IsKnown && word.Text.Length > 1 && char.IsAsciiLetter(word.Text[0])
            && !word.Text.Contains('=', StringComparison.Ordinal))
            .Select(word => new RunsFrameworkTask(language, word.Text.TrimEnd(',').Split('[')[0], around));

    /// <summary><c>uvicorn app.main:app</c>, <c>flask --app shop run</c>, <c>celery -A shop worker</c>.</summary>
    static IEnumerable<CommandAction> Server(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        var scan = OptionScan.From(arguments, 1, ServerValues);
        around = around.In(scan.Value("--app-dir", "--chdir")?.Text);
        var named = scan.Value("-A", "--app")?.Text
            ?? arguments.Skip(1).Select(argument => argument.Text).FirstOrDefault(text => Application().IsMatch(text))
            ?? scan.Rest.Select(argument => argument.Text).FirstOrDefault(text => Dotted().IsMatch(text));
        if (named is null)
        {
            return [];
        }

        var module = named.Split(':')[0];
        return module.EndsWith(".py", StringComparison.Ordinal)
            ? [new RunsFile(new Argument(module), [], Language.Python, around) { MayBeProgram = true }]
            : [.. Files(module.Split('.'))
                .Select(file => new RunsFile(new Argument(file), [], Language.Python, around) { MayBeProgram = true })];
    }

    /// <summary>The files that importing a module runs: its packages, then itself.</summary>
    static IEnumerable<string> Files(string[] segments) =>
        [.. segments.Select((_, index) => $"{string.Join('/', segments.Take(index + 1))}/__init__.py"), $"{string.Join('/', segments)}.py"];

    static IEnumerable<CommandAction> Supervisor(IReadOnlyList<Argument> arguments, CommandContext around) =>
        OptionScan.From(arguments, 1, "-c", "--configuration").Value("-c", "--configuration") is { } file
            ? [new UsesFile(FileRole.Supervisor, file, around)]
            : [.. ((string[])["/etc/supervisord.conf", "/etc/supervisor/supervisord.conf", "supervisord.conf"])
                .Select(path => new UsesFile(FileRole.Supervisor, new Argument(path), around) { IsOptional = true })];

    /// <summary><c>uwsgi --ini uwsgi.ini</c>, <c>uwsgi --module app.wsgi</c>, <c>uwsgi --wsgi-file app.py</c>.</summary>
    static IEnumerable<CommandAction> Uwsgi(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        var scan = OptionScan.From(
            arguments, 1, "--ini", "--module", "--wsgi", "-w", "--wsgi-file", "--file", "--chdir", "--http", "--socket",
            "-s", "--exec-pre-app", "--exec-asap", "--exec-pre-jail", "--exec-post-jail", "--exec-as-user", "--exec-as-root",
            "--attach-daemon",
            "--http-socket", "--processes", "-p", "--threads", "--uid", "--gid");
        around = around.In(scan.Value("--chdir")?.Text);
        var file = scan.Value("--ini") ?? scan.Rest.FirstOrDefault(argument => argument.Text.EndsWith(".ini", StringComparison.Ordinal));
        var module = scan.Value("--module", "--wsgi", "-w");
        return
        [
            .. file is null ? Array.Empty<CommandAction>() : [new UsesFile(FileRole.Uwsgi, file, around)],
            .. module is null ? [] : Server([new Argument("gunicorn"), module], around),
            .. scan.Value("--wsgi-file", "--file") is { } script
                ? [new RunsFile(script, [], Language.Python, around) { MayBeProgram = true }] : Array.Empty<CommandAction>(),
            .. arguments.Zip(arguments.Skip(1)).Where(pair => pair.First.Text.StartsWith("--exec-", StringComparison.Ordinal)
                || pair.First.Text == "--attach-daemon").Select(pair => new RunsShell(pair.Second, [], around)),
        ];
    }

    static IEnumerable<CommandAction> Processes(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        var scan = OptionScan.From(arguments, 1, "-f", "--procfile");
        var file = scan.Value("-f", "--procfile") ?? OptionScan.From(scan.Rest, 1, "-f", "--procfile", "-e", "--env", "-m")
            .Value("-f", "--procfile");
        return file is { } given ? [new UsesFile(FileRole.Procfile, given, around)]
            : [new UsesFile(FileRole.Procfile, new Argument("Procfile"), around) { IsOptional = true }];
    }

    static IEnumerable<CommandAction> Next(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        string[] names = arguments[1].Text == "start" ? ["instrumentation", "src/instrumentation"] : [];
        return [.. names.Concat(["next.config"]).Select(file =>
            new RunsFile(new Argument(file), [], Language.JavaScript, around) { MayBeProgram = true })];
    }

    static IEnumerable<CommandAction> Mise(IReadOnlyList<Argument> arguments, CommandContext around, int depth)
    {
        if (arguments.Count < 2)
        {
            return [];
        }

        var separator = arguments.ToList().FindIndex(argument => argument.Text == "--");
        return arguments[1].Text switch
        {
            "x" or "exec" when separator > 0 => CommandReader.Read([.. arguments.Skip(separator + 1)], around, depth + 1),
            "run" or "r" => [new RunsTargets("mise", null,
                [.. OptionScan.From(arguments, 2, "-C", "--cd", "-j", "--jobs").Rest.TakeWhile(argument => argument.Text != "--")
                .Where(argument => argument.Text != ":::").Take(1)], around)],
            _ => [],
        };
    }

    static IEnumerable<CommandAction>? Dotnet(IReadOnlyList<Argument> arguments, CommandContext around)
    {
        if (arguments.Count > 1 && arguments[1].Text.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            return [new RunsProject(new Argument(arguments[1].Text[(arguments[1].Text.LastIndexOf('/') + 1)..^4]), Language.CSharp,
                [.. arguments.Skip(2)], around)];
        }

        if (arguments.Count < 2 || arguments[1].Text is not ("run" or "watch"))
        {
            return null;
        }

        var scan = OptionScan.From(arguments, arguments[1].Text == "watch" && arguments.Count > 2 && arguments[2].Text == "run" ? 3 : 2,
            "-p", "--project", "-c", "--configuration", "-f", "--framework", "--launch-profile", "-r", "-e");
        return [new RunsProject(scan.Value("-p", "--project") ?? new Argument("."), Language.CSharp, scan.Rest, around)];
    }

    [GeneratedRegex(@"^[A-Za-z_][\w.]*:[A-Za-z_][\w.()]*$")]
    private static partial Regex Application();

    [GeneratedRegex(@"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")]
    private static partial Regex Dotted();
}
