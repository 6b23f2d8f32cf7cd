using System.Reflection;
using System.Text.RegularExpressions;
using Cake.Frosting;
using DbGate.Frosting;
using DbGate.Frosting.Tasks;
using DbGate.Gates;

namespace DbGate.Build.Tests.Frosting;

/// <summary>The order of a release, read from the attributes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class ReleaseChain
{
    static readonly Type[] Tasks =
    [
        .. typeof(GateHost).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IFrostingTask)) && !type.IsAbstract),
    ];

    static string NameOf(Type task) => task.GetCustomAttribute<TaskNameAttribute>()!.Name;

    static IEnumerable<Type> DependenciesOf(Type task) =>
        task.GetCustomAttributes<IsDependentOnAttribute>().Select(dependency => dependency.Task);

    /// <summary>What runs for a target, in the order in which Cake runs it: dependencies first, each once.</summary>
    static List<string> Run(Type task)
    {
        var done = new List<string>();
        Visit(task);
        return done;

        void Visit(Type next)
        {
            foreach (var dependency in DependenciesOf(next))
            {
                Visit(dependency);
            }

            if (!done.Contains(NameOf(next)))
            {
                done.Add(NameOf(next));
            }
        }
    }

    [Test]
    public void Of_a_release_is_guard_safety_backup_rehearsal_plan_deploy_readiness() =>
        Assert.That(
            Run(typeof(Release)),
            Is.EqualTo(
                new[] { "forbid-db-push", "production-safety", "backup-first", "rehearse", "compatibility", "plan", "migrate-deploy",
                    "verify-ready", "release" }));

    [Test]
    public void Of_a_plan_has_everything_before_it_that_the_plan_is_made_from() =>
        Assert.That(
            Run(typeof(Plan)),
            Is.EqualTo(new[] { "forbid-db-push", "production-safety", "backup-first", "rehearse", "compatibility", "plan" }));

    [TestCase("rehearse", "plan")]
    [TestCase("plan", "rehearse")]
    public void Is_the_same_in_whatever_order_its_gates_are_asked_for(string first, string second) =>
        Assert.That(
            TaskCatalog.Steps(first, second).Select(step => step.Descriptor.Name),
            Is.EqualTo(new[] { "forbid-db-push", "production-safety", "backup-first", "rehearse", "compatibility", "plan" }));

    [Test]
    public void Of_a_deploy_has_its_backup_before_it() =>
        Assert.That(
            Run(typeof(MigrateDeploy)), Is.EqualTo(new[] { "forbid-db-push", "production-safety", "backup-first", "migrate-deploy" }));

    /// <summary>What builds run, and what Cake runs.</summary>
    [TestCaseSource(typeof(TaskCatalog), nameof(TaskCatalog.OfBuilds))]
    public void Is_the_same_as_the_librarys(string gate)
    {
        var task = Tasks.Single(task => NameOf(task) == gate);
        var steps = Run(task).Where(name => Tasks.Single(other => NameOf(other) == name).IsAssignableTo(typeof(GateTask)));

        Assert.That(TaskCatalog.Steps(gate).Select(step => step.Descriptor.Name), Is.EqualTo(steps));
    }

    [Test]
    public void Has_a_class_for_each_task_of_the_catalogue_with_its_description_and_prerequisites() =>
        Assert.That(
            Tasks.Select(task =>
                $"{NameOf(task)}: {task.GetCustomAttribute<TaskDescriptionAttribute>()?.Description} after "
                    + $"{string.Join(", ", DependenciesOf(task).Select(NameOf))}"),
            Is.EquivalentTo(TaskCatalog.All.Where(task => !task.IsOfTool)
                .Select(task => $"{task.Name}: {task.Description} after {string.Join(", ", task.Prerequisites)}")));

    [Test]
    public void Never_goes_on_after_an_error() =>
        Assert.That(Tasks.Where(task => task.GetCustomAttribute<ContinueOnErrorAttribute>() is not null), Is.Empty);

    [Test]
    public void Is_made_of_tasks_with_kebab_case_names_and_descriptions()
    {
        Assert.That(Tasks.Where(task => task.GetCustomAttribute<TaskNameAttribute>() is null), Is.Empty);
        Assert.That(Tasks.Select(NameOf), Is.Unique.And.All.Matches<string>(Kebab().IsMatch));
        Assert.That(Tasks.Where(task => string.IsNullOrEmpty(task.GetCustomAttribute<TaskDescriptionAttribute>()?.Description)), Is.Empty);
    }

    [Test]
    public void Has_a_task_for_each_step_under_the_steps_name()
    {
        var gates = Tasks.Where(task => task.IsAssignableTo(typeof(GateTask))).ToArray();

        Assert.That(gates, Is.Not.Empty);
        Assert.That(
            gates.Select(task => (NameOf(task), ((GateTask)Activator.CreateInstance(task, new object?[] { null })!).Step.Descriptor.Name)),
            Has.All.Matches<(string Task, string Step)>(pair => pair.Task == pair.Step));
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Kebab();
}
