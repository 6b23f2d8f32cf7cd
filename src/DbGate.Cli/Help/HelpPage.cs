using System.Text;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Cli.CommandLine;

namespace DbGate.Cli.Help;

/// <summary>What <c>--help</c> prints. Pure: from the task catalogue to text.</summary>
static class HelpPage
{
    /// <summary>Settings that every task reads.</summary>
    static readonly Setting[] Common =
        [GeneralSettings.Environment, GeneralSettings.Project, GeneralSettings.Json, GeneralSettings.ReportsFolder,
            DatabaseSettings.DatabaseUrlVariable];

    static readonly (string Option, string Help)[] OfHost =
    [
        ($"--{HostOption.DryRun.Name}", HostOption.DryRun.Help),
        ($"--{HostOption.Exclusive.Name}", HostOption.Exclusive.Help),
        ($"--{HostOption.Tree.Name}", HostOption.Tree.Help),
        ("--help", "show this text; with a task, its own page"),
        ("--version", "print the version"),
    ];

    public static string Overview(string version)
    {
        var page = new StringBuilder();
        page.Append($"dbgate {version}: stands between a release and a production PostgreSQL database.\n\n");
        page.Append("usage  dbgate <task> [options]\n       dbgate help <task>\n       dbgate explain <code>…\n");
        var width = TaskCatalog.All.Max(task => task.Name.Length);
        foreach (var (title, listed) in Groups)
        {
            page.Append($"\n{title}\n");
            foreach (var task in listed)
            {
                page.Append($"  {task.Name.PadRight(width)}  {task.Description}\n");
            }
        }

        page.Append("\nThis tool\n");
        page.AppendJoin("", ToolCommand.All.Select(command => $"  {command.Name.PadRight(width)}  {command.Help}\n"));

        page.Append("\nOptions of every task\n");
        Table(page, [.. Common.Select(Line), .. OfHost]);
        page.Append("""

            Examples
              dbgate doctor
              dbgate explain DBG0401
              dbgate forbid-db-push --environment=production
              dbgate release --environment=production --dryrun
              dbgate guard --environment=production --command="npx prisma db push"

            Settings come from options, variables, .env files and dbgate.json. A database URL comes only from a variable:
            DATABASE_URL_PROD, DATABASE_URL_STAGING or DATABASE_URL.

            Exit codes  0 passed  1 internal error  2 usage  10 blocked  11 plan or evidence out of date  12 locked by another run
                        20 environment failed, retry  21 credentials refused  30 migration failed  130 cancelled

            """);
        return page.ToString();
    }

    /// <summary>The page of a command that is not a task.</summary>
    public static string From(ToolCommand command) => $"dbgate {command.Name}: {command.Help}\n\nusage  dbgate {command.Usage}\n";

    /// <summary>The page of one task.</summary>
    public static string From(TaskDefinition task)
    {
        var page = new StringBuilder($"dbgate {task.Name}: {task.Description}\n\nusage  dbgate {task.Name} [options]\n");
        if (TaskCatalog.Order(task.Name).SkipLast(1).Select(before => before.Name).ToArray() is { Length: > 0 } before)
        {
            page.Append($"\nPrerequisites, in this order (--exclusive skips them)\n  {string.Join(", ", before)}\n");
        }

        if (task.Options.Concat(task.Settings).ToArray() is { Length: > 0 } options)
        {
            page.Append("\nOptions of this task\n");
            Table(page, [.. options.Select(Line)]);
        }

        page.Append("\nOptions of every task\n");
        Table(page, [.. Common.Select(Line), .. OfHost[..2]]);
        if (task.Examples.Count > 0)
        {
            page.Append("\nExamples\n");
            page.AppendJoin("", task.Examples.Select(example => $"  {example}\n"));
        }

        return page.ToString();
    }

    /// <summary>The tasks by what a person wants to do.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<TaskDefinition> Tasks)> Groups { get; } =
        [.. TaskCatalog.All.GroupBy(task => task.Group)
            .OrderBy(group => group.Key)
            .Select(group => (TitleOf(group.Key), (IReadOnlyList<TaskDefinition>)[.. group]))];

    static string TitleOf(TaskGroup group) => group switch
    {
        TaskGroup.Release => "Release",
        TaskGroup.Check => "Check, without changing anything",
        TaskGroup.Backup => "Back up and restore",
        TaskGroup.Protect => "Protect the database itself",
        TaskGroup.Setup => "Set up",
        TaskGroup.GitHub => "On GitHub",
        _ => "Serve, and many databases",
    };

    static (string Option, string Help) Line(Setting setting)
    {
        var value = setting.Shape switch
        {
            { Kind: ValueKind.Switch } => "",
            { Kind: ValueKind.Word } shape => $"=<{string.Join('|', shape.Words)}>",
            { Kind: ValueKind.Whole } => "=<number>",
            { Kind: ValueKind.Duration } => "=<duration>",
            _ => "=<text>",
        };
        var otherwise = setting.DefaultText is "–" or "false" ? "" : $" (default: {setting.DefaultText})";
        var variable = setting.Variables.Count == 0 ? "" : $" [{setting.Variables[0]}]";
        return ($"--{setting.Option}{value}", $"{setting.Help}{otherwise}{variable}");
    }

    static void Table(StringBuilder page, IReadOnlyList<(string Option, string Help)> lines)
    {
        const int Widest = 34;
        foreach (var (option, help) in lines)
        {
            page.Append(option.Length <= Widest
                ? $"  {option.PadRight(Widest)}  {help}\n"
                : $"  {option}\n  {new string(' ', Widest)}  {help}\n");
        }
    }
}
