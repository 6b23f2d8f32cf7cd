using System.Diagnostics.CodeAnalysis;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using Microsoft.Build.Framework;

namespace DbGate.MSBuild;

/// <summary>
/// A gate of the library as a task: it hands over what the project file states, shows what the library finds as errors and warnings of the
/// build, and fails when the gate blocks.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "MSBuild disposes no task, and a source without a timer holds nothing to release.")]
public abstract class GateTask : Microsoft.Build.Utilities.Task, ICancelableTask
{
    readonly CancellationTokenSource cancellationSource = new();

    private protected GateTask(params IReadOnlyList<string> asked) => Asked = asked;

    /// <summary>The folder that relative paths start from; never the process's own.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>Root folder of the gated project; default: <see cref="ProjectDirectory"/>.</summary>
    public string? Project { get; set; }

    /// <summary>development, staging or production.</summary>
    public string? Environment { get; set; }

    /// <summary>Folder of the reports, relative to the gated project.</summary>
    public string? ReportsFolder { get; set; }

    /// <summary>Name of the variable that holds the database's URL. The URL itself is a secret, and no property.</summary>
    public string? DatabaseUrlVariable { get; set; }

    /// <summary>Further options of DbGate: the name without dashes as the item, its value as the metadata <c>Value</c>.</summary>
    public ITaskItem[] Options { get; set; } = [];

    /// <summary>"pass" or "blocked".</summary>
    [Output]
    public string Verdict { get; private set; } = "blocked";

    /// <summary>What <c>dbgate</c> would end with: 0 pass, 10 blocked by a check, …</summary>
    [Output]
    public int ExitCode { get; private set; } = (int)Problems.ExitCode.InternalFault;

    /// <summary>Absolute path of the Markdown report; the JSON one is next to it. Empty when none was written.</summary>
    [Output]
    public string Report { get; private set; } = "";

    /// <summary>Everything found: the code, with the metadata Severity, Message, Cause, State, Fix, File, Line, HelpLink.</summary>
    [Output]
    public ITaskItem[] Findings { get; private set; } = [];

    /// <summary>The gates that it runs.</summary>
    internal virtual IReadOnlyList<string> Asked { get; }

    internal virtual string? MemoryFile => null;

    /// <summary>Stops the run: children are ended, and the report states "cancelled".</summary>
    public void Cancel() => cancellationSource.Cancel();

    /// <summary>Runs the gate.</summary>
    /// <returns>False when it blocks; errors state why.</returns>
    public override bool Execute() => RunAsync().GetAwaiter().GetResult();

    async Task<bool> RunAsync()
    {
        using var log = new BuildLog(Log, Path.GetFullPath(Project ?? ".", ProjectDirectory));
        try
        {
            var input = GateInput.OfProcess(TaskProperties.From(this), ProjectDirectory) with { Style = CommandStyle.MSBuild };
            var steps = TaskCatalog.Steps(Asked);
            var memory = string.IsNullOrEmpty(MemoryFile) ? null : new UpToDateCheck(Path.GetFullPath(MemoryFile, ProjectDirectory));
            if (memory?.Recall(input, steps, cancellationSource.Token) is { } remembered)
            {
                log.ShowUnchanged(steps, remembered);
                return End(Problems.ExitCode.Pass, remembered, log);
            }

            await using var runner = new GateRunner(input, log);
            var written = await runner.RunAsync(steps, cancellationSource.Token);
            if (written is not null)
            {
                memory?.Keep(runner.Context, written, steps);
            }

            return End(runner.Failure ?? Problems.ExitCode.Pass, written?.Path, log);
        }
        catch (GateException exception)
        {
            log.Show(exception.Problem);
            return End(exception.Problem.Code.ExitCode, null, log);
        }
    }

    bool End(ExitCode code, string? report, BuildLog log)
    {
        (ExitCode, Report, Findings) = ((int)code, report ?? "", log.Findings);
        Verdict = code == Problems.ExitCode.Pass ? "pass" : "blocked";
        if (code != Problems.ExitCode.Pass && !Log.HasLoggedErrors)
        {
            Log.LogError($"DbGate blocks (exit code {(int)code}); see {Report}");
        }

        return code == Problems.ExitCode.Pass;
    }
}
