using System.Text;
using DbGate.Gates;

namespace DbGate.Cli.Help;

/// <summary>What <c>--tree</c> and <c>--description</c> print. Pure.</summary>
static class TaskTree
{
    /// <summary>Tasks with their prerequisites under them, in the order in which they run.</summary>
    public static string From(IEnumerable<TaskDefinition> tasks)
    {
        var text = new StringBuilder();
        foreach (var task in tasks)
        {
            text.Append('\n').Append(task.Name).Append('\n');
            Branches(task, "");
        }

        return text.ToString();

        void Branches(TaskDefinition task, string indent)
        {
            for (var index = 0; index < task.Prerequisites.Count; index++)
            {
                var isLast = index == task.Prerequisites.Count - 1;
                text.Append(indent).Append(isLast ? "└─" : "├─").Append(task.Prerequisites[index]).Append('\n');
                Branches(TaskCatalog.Find(task.Prerequisites[index])!, indent + (isLast ? "  " : "│ "));
            }
        }
    }

    /// <summary>Tasks with their descriptions.</summary>
    public static string Descriptions(IReadOnlyList<TaskDefinition> tasks)
    {
        var width = tasks.Max(task => task.Name.Length);
        return string.Concat(tasks.Select(task => $"{task.Name.PadRight(width)}  {task.Description}\n"));
    }
}
