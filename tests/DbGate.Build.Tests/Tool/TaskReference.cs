using DbGate.Testing;
using DbGate.Tool.CommandLine;
using DbGate.Tool.Help;

namespace DbGate.Build.Tests.Tool;

[NonParallelizable] // may write docs/tasks.md
public sealed class TaskReference
{
    [Test]
    public void Is_what_help_says()
    {
        var sections = HelpPage.Groups(KnownTasks.All).Where(group => group.Tasks.Any()).Select(group =>
            $"\n## {group.Title}\n\n| task | description |\n|---|---|\n" + string.Concat(group.Tasks.Select(Row)));

        GeneratedSection.Matches("docs/tasks.md", "tasks", string.Concat(sections) + "\n", "DbGate.Build.Tests");
    }

    static string Row(KnownTask task) =>
        $"| `{task.Name}` | {task.Description.Replace("<", "\\<", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)} |\n";
}
