using System.Xml.Linq;
using DbGate.Gates;
using DbGate.MSBuild;
using DbGate.Problems;
using Microsoft.Build.Utilities;

namespace DbGate.Build.Tests.MSBuild;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GateTasks : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-msbuild-");
    readonly RecordingEngine engine = new();

    public GateTasks()
    {
        Write("Dockerfile", "FROM node:22\nCMD [\"./start.sh\"]\n");
        Write("start.sh", "#!/bin/sh\nset -e\nnpx prisma db push\n");
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Test]
    public void Report_a_finding_as_an_error_with_code_file_line_and_link()
    {
        Assert.That(Task().Execute(), Is.False);

        var error = engine.Errors.Single();
        Assert.That((error.Code, error.File, error.LineNumber), Is.EqualTo(("DBG0401", Path.Combine(folder.FullName, "start.sh"), 3)));
        Assert.That(error.HelpLink, Does.EndWith("docs/problems/DBG0401.md"));
        Assert.That(error.Message, Does.Contain("state: database not contacted").And.Contain("fix: "));
    }

    [Test]
    public void Give_verdict_report_and_findings_as_outputs()
    {
        var task = Task();
        task.Execute();

        Assert.That((task.Verdict, task.ExitCode), Is.EqualTo(("blocked", (int)ExitCode.Blocked)));
        Assert.That(task.Report, Does.Exist.And.StartsWith(folder.FullName));
        var finding = task.Findings.Single();
        Assert.That(
            (finding.ItemSpec, finding.GetMetadata("Severity"), finding.GetMetadata("Line")), Is.EqualTo(("DBG0401", "error", "3")));
    }

    [Test]
    public void Pass_without_a_word_of_warning_when_nothing_is_found()
    {
        Write("start.sh", "#!/bin/sh\nnpx prisma migrate deploy\n");
        var task = Task();

        Assert.That(task.Execute(), Is.True);
        Assert.That((task.Verdict, engine.Errors.Count, engine.Warnings.Count), Is.EqualTo(("pass", 0, 0)));
    }

    [Test]
    public void End_as_cancelled_when_the_build_is()
    {
        var task = Task();
        task.Cancel();

        Assert.That(task.Execute(), Is.False);
        Assert.That((task.ExitCode, engine.Errors.Single().Code), Is.EqualTo(((int)ExitCode.Cancelled, "DBG0009")));
    }

    [TestCase("enviroment", "production", "DBG0001")]
    [TestCase("jobs", "many", "DBG0002")]
    public void Refuse_an_option_that_is_none(string option, string value, string code)
    {
        var task = Task();
        var item = new TaskItem(option);
        item.SetMetadata("Value", value);
        task.Options = [item];

        Assert.That(task.Execute(), Is.False);
        Assert.That(engine.Errors.Single().Code, Is.EqualTo(code));
    }

    [Test]
    public void Refuse_a_gate_that_is_none()
    {
        var task = new DbGateRunChecks { BuildEngine = engine, ProjectDirectory = folder.FullName, Gates = ["forbid"] };

        Assert.That(task.Execute(), Is.False);
        Assert.That((task.ExitCode, engine.Errors.Single().Code), Is.EqualTo(((int)ExitCode.Usage, "DBG0060")));
    }

    [Test]
    public void Say_that_nothing_has_changed_since_they_passed()
    {
        Write("start.sh", "#!/bin/sh\nnpx prisma migrate deploy\n");
        Write(".gitignore", "artifacts/\nobj/\n");
        Assert.That(Check().Execute(), Is.True);
        engine.Messages.Clear();
        var again = Check();

        Assert.That(again.Execute(), Is.True);
        Assert.That(engine.Messages.Single(), Does.Contain("forbid-db-push unchanged since it passed"));
        Assert.That(again.Report, Does.Exist);

        DbGateRunChecks Check() => new()
        {
            BuildEngine = engine,
            ProjectDirectory = folder.FullName,
            Environment = "production",
            Gates = ["forbid-db-push"],
            Memory = "obj/dbgate.check",
        };
    }

    static IEnumerable<Type> Types =>
        typeof(GateTask).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(GateTask)) && !type.IsAbstract);

    [Test]
    public void Are_made_known_twice_in_process_and_in_a_process_of_their_own()
    {
        var targets = XDocument.Load(Path.Combine(Paths.Root.FullPath, "src/DbGate.MSBuild/build/DbGate.MSBuild.targets"));
        var uses = targets.Descendants("UsingTask").ToArray();

        Assert.That(
            uses.Where(use => use.Attribute("Runtime") is null).Select(use => use.Attribute("TaskName")!.Value),
            Is.EquivalentTo(Types.Select(type => type.FullName)));
        Assert.That(
            uses.Where(use => use.Attribute("Runtime")?.Value == "NET" && use.Attribute("TaskFactory")?.Value == "TaskHostFactory")
                .Select(use => use.Attribute("TaskName")!.Value),
            Is.EquivalentTo(Types.Select(type => type.FullName)));
    }

    [Test]
    public void Name_gates_that_exist()
    {
        var names =
            Types.Where(type => type != typeof(DbGateRunChecks)).SelectMany(type => ((GateTask)Activator.CreateInstance(type)!).Asked);

        Assert.That(names, Is.Not.Empty.And.SubsetOf(TaskCatalog.OfBuilds));
    }

    [Test]
    public void Are_named_like_their_tasks() =>
        Assert.That(
            Types.Where(type => type != typeof(DbGateRunChecks)).Select(type => type.Name),
            Is.EqualTo(Types.Where(type => type != typeof(DbGateRunChecks)).Select(type => "DbGate" + string.Concat(
                ((GateTask)Activator.CreateInstance(type)!).Asked.Single()
                    .Split('-')
                    .Select(part => char.ToUpperInvariant(part[0]) + part[1..])))));

    DbGateForbidDbPush Task() => new() { BuildEngine = engine, ProjectDirectory = folder.FullName, Environment = "production" };

    void Write(string file, string text) => File.WriteAllText(Path.Combine(folder.FullName, file), text);
}
