using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Testing;
using DbGate.Cli.Help;

namespace DbGate.Build.Tests.Tool;

[NonParallelizable] // may write docs/reference/tasks.md
public sealed class TaskReference
{
    [Test]
    public void Is_what_help_says()
    {
        var sections = HelpPage.Groups.Select(group =>
            $"\n## {group.Title}\n\n| task | description |\n|---|---|\n" + string.Concat(group.Tasks.Select(Row)));
        var options = "\n## Options of single tasks\n\n| task | option | variable | meaning |\n|---|---|---|---|\n"
            + string.Concat(TaskOptions.All.Select(Row));

        GeneratedSection.Matches("docs/reference/tasks.md", "tasks", string.Concat(sections) + options + "\n", "DbGate.Build.Tests");
    }

    static string Row(TaskDefinition task) => $"| `{task.Name}` | {Escaped(task.Description)} |\n";

    static string Row(Setting option) =>
        $"| {string.Join(", ", TaskCatalog.All.Where(task => task.Options.Contains(option)).Select(task =>
            $"`{task.Name}`"))} | `--{option.Option}` "
        + $"| {string.Join(", ", option.Variables.Select(name => $"`{name}`").DefaultIfEmpty("–"))} | {Escaped(option.Help)} |\n";

    static string Escaped(string text) => text.Replace("<", "\\<", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
}
