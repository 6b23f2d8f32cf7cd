using DbGate.Configuration;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>
/// Every task. A new one is one entry of its topic and its step. Help, completion and docs/reference/tasks.md are generated from it;
/// the tasks of Frosting and of MSBuild are tested against it.
/// </summary>
static class TaskCatalog
{
    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<TaskDefinition> All { get; } =
    [
        .. ReleaseTasks.All, .. CheckTasks.All, .. BackupTasks.All, .. ProjectTasks.All, .. ServiceTasks.All,
    ];

    /// <summary>The names of the tasks that a build may run: <c>Gates</c> of an MSBuild task, <c>DbGateChecks</c>.</summary>
    public static IReadOnlyList<string> OfBuilds { get; } = [.. All.Where(task => !task.IsForPeopleOnly).Select(task => task.Name)];

    /// <summary>The step of a task, as its entry describes it.</summary>
    /// <param name="task">The task's name.</param>
    /// <exception cref="ArgumentException">No step has this name.</exception>
    public static StepDescriptor Describe(string task) =>
        Find(task) is { DryRun: { } text } ? new(task, text) : throw new ArgumentException($"There is no step \"{task}\".", nameof(task));

    /// <summary>The task of this name; null when there is none.</summary>
    /// <param name="name">In any case.</param>
    public static TaskDefinition? Find(string name) =>
        All.FirstOrDefault(task => string.Equals(task.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The tasks that run for these, in order: prerequisites first, each once.</summary>
    /// <param name="names">Names of tasks that exist.</param>
    public static IReadOnlyList<TaskDefinition> Order(params IEnumerable<string> names)
    {
        var (met, order) = (new HashSet<string>(StringComparer.Ordinal), new List<TaskDefinition>());
        foreach (var name in names)
        {
            Visit(Find(name) ?? throw new ArgumentException($"There is no task \"{name}\".", nameof(names)));
        }

        return order;

        void Visit(TaskDefinition task)
        {
            if (met.Add(task.Name))
            {
                foreach (var before in task.Prerequisites)
                {
                    Visit(Find(before)!);
                }

                order.Add(task);
            }
        }
    }

    /// <summary>The same on a command line: a task may have an option with which it runs alone.</summary>
    /// <param name="options">The command line's, without dashes.</param>
    /// <param name="names">Names of tasks that exist.</param>
    /// <exception cref="GateException">DBG0548: with this option no other task can run.</exception>
    public static IReadOnlyList<TaskDefinition> Order(IReadOnlyDictionary<string, string> options, params IEnumerable<string> names)
    {
        string[] asked = [.. names];
        var able = FindAlone(options);
        return able.Count == 0 ? Order(asked)
            : asked is [var only] && able.FirstOrDefault(task => task == Find(only)) is { } alone
                ? [alone with { Prerequisites = [], Step = alone.Alone!.Value.Step }]
            : throw NotAlone(able.FirstOrDefault(task => asked.Any(name => task == Find(name))) ?? able[0]);
    }

    /// <summary>The step that runs for this one: with the option with which its task runs alone another one.</summary>
    /// <param name="step">The step of a task.</param>
    /// <param name="options">The command line's, without dashes.</param>
    /// <exception cref="GateException">DBG0548: it is the step of another task.</exception>
    public static IStep Choose(IStep step, IReadOnlyDictionary<string, string> options) =>
        FindAlone(options) is not [var first, ..] able ? step
            : able.FirstOrDefault(task => task.Name == step.Descriptor.Name)?.Alone is { } alone ? alone.Step()
            : throw NotAlone(first);

    static GateException NotAlone(TaskDefinition task) => new(GateProblems.NotAlone(task.Alone!.Value.Option.Option!, task.Name));

    /// <summary>The tasks that can run alone with one of these options.</summary>
    static IReadOnlyList<TaskDefinition> FindAlone(IReadOnlyDictionary<string, string> options) =>
    [
        .. All.Where(task => task.Alone is { Option: var option } && options.Any(given =>
            string.Equals(given.Key, option.Option, StringComparison.OrdinalIgnoreCase)
            && !string.Equals(given.Value, "false", StringComparison.OrdinalIgnoreCase))),
    ];

    /// <summary>The steps that a build runs for these names, in order.</summary>
    /// <param name="names">Of <see cref="OfBuilds"/>.</param>
    /// <exception cref="GateException">DBG0060: a name is not one of them.</exception>
    public static IReadOnlyList<IStep> Steps(params IEnumerable<string> names)
    {
        string[] asked = [.. names];
        return Array.Find(asked, name => !OfBuilds.Contains(name)) is { } unknown
            ? throw new GateException(GateProblems.Unknown(unknown, NearestName.From(unknown, OfBuilds), OfBuilds))
            : [.. Order(asked).Select(task => task.Step).OfType<Func<IStep>>().Select(make => make())];
    }
}
