using System.Reflection;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace Cake.Frosting.Internal;

/// <summary>Reports the engine about the tasks and the lifetimes.</summary>
sealed class TaskRegistration(
    ICakeEngine engine,
    IFrostingContext context,
    ICakeLog log,
    IEnumerable<IFrostingTask> tasks,
    IFrostingSetup? setup = null,
    IFrostingTeardown? teardown = null,
    IFrostingTaskSetup? taskSetup = null,
    IFrostingTaskTeardown? taskTeardown = null)
{
    public void Apply()
    {
        foreach (var task in tasks)
        {
            Register(task);
        }

        if (setup is not null)
        {
            engine.RegisterSetupAction(info => setup.Setup(context, info));
        }

        if (teardown is not null)
        {
            engine.RegisterTeardownAction(info => teardown.Teardown(context, info));
        }

        if (taskSetup is not null)
        {
            engine.RegisterTaskSetupAction(info => taskSetup.Setup(context, info));
        }

        if (taskTeardown is not null)
        {
            engine.RegisterTaskTeardownAction(info => taskTeardown.Teardown(context, info));
        }
    }

    void Register(IFrostingTask task)
    {
        var type = task.GetType();
        var contextType = ContextType(type);
        if (!contextType.IsInstanceOfType(context))
        {
            log.Warning("Task cannot be used since the context isn't convertible to {0}.", contextType.FullName);
            return;
        }

        log.Debug("Registering task: {0}", NameOf(type));
        var registered = engine.RegisterTask(NameOf(type));
        if (type.GetCustomAttribute<TaskDescriptionAttribute>() is { Description: { Length: > 0 } description })
        {
            registered.Description(description);
        }

        if (Overrides(type, "Run") || Overrides(type, "RunAsync"))
        {
            registered.Does(task.RunAsync);
        }

        if (Overrides(type, "ShouldRun"))
        {
            registered.WithCriteria(task.ShouldRun, task.SkippedMessage);
        }

        if (type.IsDefined(typeof(ContinueOnErrorAttribute)))
        {
            registered.ContinueOnError();
        }

        // A handler, even an empty one, makes the engine swallow the failure: only an override becomes one.
        if (Overrides(type, "OnError"))
        {
            registered.OnError(exception => task.OnError(exception, context));
        }

        if (Overrides(type, "Finally"))
        {
            registered.Finally(() => task.Finally(context));
        }

        foreach (var dependency in type.GetCustomAttributes<IsDependentOnAttribute>())
        {
            registered.IsDependentOn(NameOf(Task(dependency.Task, "dependency")));
        }

        foreach (var dependee in type.GetCustomAttributes<IsDependeeOfAttribute>())
        {
            registered.IsDependeeOf(NameOf(Task(dependee.Task, "reverse dependency")));
        }
    }

    static string NameOf(Type task) => task.GetCustomAttribute<TaskNameAttribute>()?.Name ?? task.Name;

    static Type Task(Type type, string role) => typeof(IFrostingTask).IsAssignableFrom(type)
        ? type
        : throw new FrostingException($"The {role} '{NameOf(type)}' is not a valid task.");

    static Type ContextType(Type task) => BaseOf(task)?.GenericTypeArguments[0] ?? typeof(ICakeContext);

    static bool Overrides(Type task, string method) => task
        .GetMethods(BindingFlags.Instance | BindingFlags.Public)
        .Any(candidate => candidate.Name == method
            && candidate.DeclaringType != BaseOf(task)
            && candidate.GetBaseDefinition().DeclaringType == BaseOf(task));

    static Type? BaseOf(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.IsConstructedGenericType
                && (type.GetGenericTypeDefinition() == typeof(FrostingTask<>)
                || type.GetGenericTypeDefinition() == typeof(AsyncFrostingTask<>)))
            {
                return type;
            }
        }

        return null;
    }
}
