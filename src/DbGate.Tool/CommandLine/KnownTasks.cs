using System.Reflection;
using Cake.Frosting;
using DbGate.Configuration;
using DbGate.Frosting;
using DbGate.Problems;

namespace DbGate.Tool.CommandLine;

/// <summary>A task as its attributes describe it.</summary>
/// <param name="Name">What <c>dbgate</c> takes as its first word.</param>
/// <param name="Description">One line.</param>
/// <param name="Before">The tasks that run before it, in their order.</param>
sealed record KnownTask(string Name, string Description, IReadOnlyList<string> Before);

/// <summary>The tasks that the host will find, read from their attributes without making a host.</summary>
static class KnownTasks
{
    public static IReadOnlyList<KnownTask> All { get; } =
    [
        .. new[] { typeof(GateHost).Assembly, typeof(KnownTasks).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IFrostingTask)))
            .Select(Describe)
            .OrderBy(task => task.Name, StringComparer.Ordinal),
    ];

    /// <exception cref="GateException">DBG0070: there is none of this name.</exception>
    public static KnownTask Get(string name) =>
        All.FirstOrDefault(task => string.Equals(task.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new GateException(CommandLineProblems.UnknownTask(name, NearestName.Of(name, [.. All.Select(task => task.Name), "help", "completion", "version"])));

    static KnownTask Describe(Type type) => new(
        NameOf(type),
        type.GetCustomAttribute<TaskDescriptionAttribute>()?.Description ?? "",
        [.. type.GetCustomAttributes<IsDependentOnAttribute>().Select(before => NameOf(before.Task))]);

    static string NameOf(Type type) => type.GetCustomAttribute<TaskNameAttribute>()?.Name ?? type.Name;
}
