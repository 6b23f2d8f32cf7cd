using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Frosting;

namespace DbGate.Build.Tests.Frosting;

/// <summary>What the sample tasks did, in order.</summary>
public sealed class Journal
{
    public List<string> Entries { get; } = [];
}

public sealed class SampleContext(ICakeContext context, Journal journal) : FrostingContext(context)
{
    public Journal Journal { get; } = journal;
}

[TaskName("first")]
[TaskDescription("Runs before everything.")]
public sealed class First(Journal journal) : FrostingTask
{
    public override void Run(ICakeContext context) => journal.Entries.Add("first");
}

[TaskName("second")]
[IsDependentOn(typeof(First))]
public sealed class Second : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => context.Journal.Entries.Add("second");
}

[TaskName("third")]
[IsDependentOn(typeof(First))]
[IsDependentOn(typeof(Second))]
public sealed class Third : AsyncFrostingTask<SampleContext>
{
    public override async Task RunAsync(SampleContext context)
    {
        await Task.Yield();
        context.Journal.Entries.Add("third");
    }
}

[TaskName("grouping")]
[IsDependentOn(typeof(Second))]
public sealed class Grouping : FrostingTask;

[TaskName("failing")]
public sealed class Failing(Journal journal) : FrostingTask
{
    public override void Run(ICakeContext context) => throw new CakeException(7, "It fails.");

    public override void Finally(ICakeContext context) => journal.Entries.Add("finally");
}

[TaskName("failing-late")]
public sealed class FailingLate : AsyncFrostingTask
{
    public override async Task RunAsync(ICakeContext context)
    {
        await Task.Yield();
        throw new InvalidOperationException("It fails after a while.");
    }
}

[TaskName("after-failing")]
[IsDependentOn(typeof(Failing))]
public sealed class AfterFailing(Journal journal) : FrostingTask
{
    public override void Run(ICakeContext context) => journal.Entries.Add("after-failing");
}

[TaskName("handled")]
public sealed class Handled(Journal journal) : FrostingTask
{
    public override void Run(ICakeContext context) => throw new InvalidOperationException("It fails.");

    public override void OnError(Exception exception, ICakeContext context) => journal.Entries.Add("handled");
}

[TaskName("tolerated")]
[ContinueOnError]
public sealed class Tolerated : FrostingTask
{
    public override void Run(ICakeContext context) => throw new InvalidOperationException("It fails.");
}

[TaskName("unwanted")]
public sealed class Unwanted(Journal journal) : FrostingTask
{
    public override void Run(ICakeContext context) => journal.Entries.Add("unwanted");

    public override bool ShouldRun(ICakeContext context) => false;
}

[TaskName("after-unwanted")]
[IsDependentOn(typeof(Unwanted))]
public sealed class AfterUnwanted(Journal journal) : FrostingTask
{
    public override void Run(ICakeContext context) => journal.Entries.Add("after-unwanted");
}

[TaskName("decided")]
public sealed class Decided(DbGate.Frosting.RunOutcome outcome) : FrostingTask
{
    public override void Run(ICakeContext context)
    {
        outcome.Fail(Problems.ExitCode.Locked);
        outcome.Fail(Problems.ExitCode.Blocked);
        throw new CakeException("Another one holds the lock.");
    }
}

[TaskName("warning")]
public sealed class Warning : FrostingTask
{
    public override void Run(ICakeContext context) => context.Log.Warning("careful");
}

/// <summary>A log of the build's own.</summary>
public sealed class RecordingLog : ICakeLog
{
    public List<string> Lines { get; } = [];

    public Verbosity Verbosity { get; set; }

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args) =>
        Lines.Add($"{level}: {string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args)}");
}

public sealed class SampleLifetime(Journal journal) : FrostingLifetime<SampleContext>
{
    public override void Setup(SampleContext context, ISetupContext info) => journal.Entries.Add($"setup {info.TargetTask.Name}");

    public override void Teardown(SampleContext context, ITeardownContext info) => journal.Entries.Add($"teardown {info.Successful}");
}

public sealed class SampleTaskLifetime(Journal journal) : FrostingTaskLifetime<SampleContext>
{
    public override void Setup(SampleContext context, ITaskSetupContext info) => journal.Entries.Add($"before {info.Task.Name}");

    public override void Teardown(SampleContext context, ITaskTeardownContext info) => journal.Entries.Add($"after {info.Task.Name}");
}
