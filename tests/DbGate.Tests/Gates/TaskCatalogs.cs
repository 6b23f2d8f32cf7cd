using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Tests.Gates;

[Parallelizable(ParallelScope.All)]
public sealed class TaskCatalogs
{
    [Test]
    public void Put_dependencies_first_and_each_once() =>
        Assert.That(
            TaskCatalog.Steps("verify-ready", "backup-first", "migrate-deploy").Select(step => step.Descriptor.Name),
            Is.EqualTo(new[] { "verify-ready", "forbid-db-push", "production-safety", "backup-first", "migrate-deploy" }));

    [Test]
    public void Refuse_a_name_that_is_none_and_tell_the_nearest()
    {
        var problem = Assert.Throws<GateException>(() => TaskCatalog.Steps("forbid-db-psuh"))!.Problem;

        Assert.That((problem.Code.Id, problem.Fix?.ToString()), Is.EqualTo(("DBG0060", "did you mean forbid-db-push?")));
    }

    [TestCase("approve")]
    [TestCase("serve")]
    public void Refuse_to_run_in_a_build_what_is_for_people(string task) =>
        Assert.That(
            () => TaskCatalog.Steps(task), Failure.From("DBG0060", problem => problem.Message.Contains(task, StringComparison.Ordinal)));

    [Test]
    public void Describe_each_task_once_in_a_sentence()
    {
        Assert.That(TaskCatalog.All.Select(task => task.Name), Is.Unique);
        Assert.That(
            TaskCatalog.All.Where(task => !char.IsAsciiLetterUpper(task.Description[0])
                || !(task.Description[^1] is '.' || task.Description[^2] is '.')).Select(task => task.Description),
            Is.Empty);
    }

    [Test]
    public void Have_a_dry_run_text_for_everything_that_runs() =>
        Assert.That(
            TaskCatalog.All.Where(task => (task.DryRun is null) == (task.Step is not null || task.IsOfTool)).Select(task => task.Name),
            Is.Empty);

    [Test]
    public void Make_steps_of_their_own_names() =>
        Assert.That(
            TaskCatalog.All.Where(task => task.Step is not null)
                .Select(task => (task.Name, Step: task.Step!().Descriptor.Name))
                .Where(pair => pair.Name != pair.Step), Is.Empty);

    [Test]
    public void Name_only_prerequisites_that_exist() =>
        Assert.That(
            TaskCatalog.All.SelectMany(task => task.Prerequisites), Has.All.Matches<string>(name => TaskCatalog.Find(name) is not null));

    [Test]
    public void Give_every_argument_to_a_task() =>
        Assert.That(TaskOptions.All.Except(TaskCatalog.All.SelectMany(task => task.Options)).Select(option => option.Name), Is.Empty);

    [Test]
    public void Keep_arguments_and_settings_apart() =>
        Assert.That(TaskCatalog.All.SelectMany(task => task.Settings).Intersect(TaskOptions.All).Select(setting => setting.Name), Is.Empty);
}
