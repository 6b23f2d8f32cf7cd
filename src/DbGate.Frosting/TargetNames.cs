using System.Reflection;
using Cake.Frosting;
using DbGate.Configuration;
using DbGate.Gates;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Frosting;

/// <summary>The targets that the arguments name, next to the tasks that there are.</summary>
static class TargetNames
{
    /// <summary>The names of DbGate's own tasks.</summary>
    public static IReadOnlyList<string> OfDbGate { get; } =
        [.. TaskCatalog.All.Where(task => !task.IsOfTool).Select(task => task.Name)];

    /// <summary>The first target that no task has, with the nearest name that one has; null when all exist.</summary>
    public static (string Name, string? Nearest)? FirstUnknown(IReadOnlyList<string> args, IServiceCollection services)
    {
        string[] known =
        [
            .. services
                .Where(service => service.ServiceType == typeof(IFrostingTask) && service.ImplementationType is not null)
                .Select(service => service.ImplementationType!.GetCustomAttribute<TaskNameAttribute>()?.Name
                    ?? service.ImplementationType!.Name),
        ];
        foreach (var name in Asked(args))
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return (name, NearestName.From(name, known));
            }
        }

        return null;
    }

    static IEnumerable<string> Asked(IReadOnlyList<string> args)
    {
        for (var index = 0; index < args.Count; index++)
        {
            var (option, value) =
                args[index].Split('=', 2) is [var left, var right] ? (left, right) : (args[index], args.ElementAtOrDefault(index + 1));
            if (option is "--target" or "-t" && value is not null)
            {
                yield return value;
            }
        }
    }
}
