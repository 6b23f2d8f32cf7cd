using System.Text;
using DbGate.Configuration;
using DbGate.Tool.CommandLine;

namespace DbGate.Tool.Help;

/// <summary>What <c>--help</c> prints. Pure: from the tasks, the guides and the settings catalogue to text.</summary>
static class HelpPage
{
    /// <summary>Settings that every task reads.</summary>
    static readonly Setting[] Common =
        [SettingsCatalog.Environment, SettingsCatalog.Project, SettingsCatalog.Json, SettingsCatalog.ReportsFolder, SettingsCatalog.DatabaseUrlVariable];

    static readonly (string Option, string Help)[] OfHost =
    [
        ("--dryrun", "show what each task would do, without doing it"),
        ("--exclusive", "run the task without its prerequisites"),
        ("--tree", "show the order of the tasks"),
        ("--help", "show this text; with a task, its own page"),
        ("--version", "print the version"),
    ];

    public static string Overview(string version, IReadOnlyList<KnownTask> tasks)
    {
        var page = new StringBuilder();
        page.Append($"dbgate {version}: stands between a release and a production PostgreSQL database.\n\n");
        page.Append("usage  dbgate <task> [options]\n       dbgate help <task>\n");
        var width = tasks.Max(task => task.Name.Length);
        foreach (var (title, listed) in Groups(tasks).Where(group => group.Tasks.Any()))
        {
            page.Append($"\n{title}\n");
            foreach (var task in listed)
            {
                page.Append($"  {task.Name.PadRight(width)}  {task.Description}\n");
            }
        }

        page.Append("\nThis tool\n");
        page.Append($"  {"help".PadRight(width)}  dbgate help release shows a task's options and examples; dbgate help DBG0401 explains a problem.\n");
        page.Append($"  {"completion".PadRight(width)}  Prints the completion script of bash, zsh, fish or powershell.\n");
        page.Append($"  {"version".PadRight(width)}  Prints the version.\n");

        page.Append("\nOptions of every task\n");
        Table(page, [.. Common.Select(Line), .. OfHost]);
        page.Append("""

            Examples
              dbgate doctor
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

    public static string Of(KnownTask task, IReadOnlyList<KnownTask> tasks)
    {
        var guide = Purpose.GuideOf(task.Name);
        var page = new StringBuilder($"dbgate {task.Name}: {task.Description}\n\nusage  dbgate {task.Name} [options]\n");
        if (Order(task, tasks) is { Count: > 0 } before)
        {
            page.Append($"\nPrerequisites, in this order (--exclusive skips them)\n  {string.Join(", ", before)}\n");
        }

        if (SettingsFor(guide) is { Count: > 0 } settings)
        {
            page.Append("\nOptions of this task\n");
            Table(page, [.. settings.Select(Line)]);
        }

        page.Append("\nOptions of every task\n");
        Table(page, [.. Common.Select(Line), .. OfHost[..2]]);
        if (guide.Examples.Length > 0)
        {
            page.Append("\nExamples\n");
            page.AppendJoin("", guide.Examples.Select(example => $"  {example}\n"));
        }

        return page.ToString();
    }

    /// <summary>The settings that matter to a task, as options; in the catalogue's order.</summary>
    public static IReadOnlyList<Setting> SettingsFor(TaskGuide guide) =>
    [
        .. SettingsCatalog.All.Where(setting => setting is { Option: not null, IsSecret: false } && guide.Options.Any(option =>
            option.EndsWith(".*", StringComparison.Ordinal) ? setting.Name.StartsWith(option[..^1], StringComparison.Ordinal) : setting.Name == option)),
    ];

    /// <summary>By purpose, in the guides' order; what no guide names comes last.</summary>
    public static IEnumerable<(string Title, IEnumerable<KnownTask> Tasks)> Groups(IReadOnlyList<KnownTask> tasks)
    {
        var guided = Purpose.All.SelectMany(purpose => purpose.Tasks).Select(guide => guide.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Purpose.All.Select(purpose => (purpose.Title, purpose.Tasks.SelectMany(guide => tasks.Where(task => task.Name == guide.Name)))),
            ("Other", tasks.Where(task => !guided.Contains(task.Name))),
        ];
    }

    static List<string> Order(KnownTask task, IReadOnlyList<KnownTask> tasks)
    {
        var order = new List<string>();
        Visit(task);
        return order;

        void Visit(KnownTask next)
        {
            foreach (var before in next.Before.Where(name => !order.Contains(name)))
            {
                Visit(tasks.First(known => known.Name == before));
                order.Add(before);
            }
        }
    }

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
            page.Append(option.Length <= Widest ? $"  {option.PadRight(Widest)}  {help}\n" : $"  {option}\n  {new string(' ', Widest)}  {help}\n");
        }
    }
}
