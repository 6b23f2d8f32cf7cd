using DbGate.Gates;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Reports.Actions;

namespace DbGate.Terminal;

/// <summary>
/// The log of a workflow: what passes is folded into its line, what blocks is open, and text of others commands nothing.
/// </summary>
sealed class WorkflowScreen(CommandStyle style) : Screen
{
    readonly Lock gate = new();
    string? fence;

    public override IProgressDisplay Progress =>
        IsQuiet ? SilentProgress.Instance : new Heartbeat(Console.Out.WriteLine, TimeProvider.System);

    public override Action<string>? ChildOutput => IsQuiet ? null : Hear;

    ConsoleReport Report => new(colours: false, style) { IsVerbose = IsVerbose };

    public override void Show(StepReport step)
    {
        EndChild();
        if (IsQuiet)
        {
            Write(Report.Problems(step));
            return;
        }

        var text = Report.Step(step);
        var title = text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)];
        if (step.Result.IsBlocking || text.Length == title.Length)
        {
            Write(text);
            return;
        }

        Console.Out.WriteLine(WorkflowCommands.Group(title.TrimEnd()));
        Write(text[title.Length..]);
        Console.Out.WriteLine(WorkflowCommands.EndGroup);
    }

    public override void Show(Problem problem) => Write(Report.Block("dbgate", problem));

    public override void ShowVerdict(GateReport report, string? path)
    {
        EndChild();
        if (!IsQuiet || report.Verdict == Verdict.Blocked)
        {
            Write(Report.Verdict(report, PageOf(path)));
        }
    }

    static string Token() => Guid.NewGuid().ToString("N");

    static void Write(string text) => Console.Out.Write(WorkflowCommands.Fence(text, Token()));

    void Hear(string line)
    {
        lock (gate)
        {
            if (fence is null)
            {
                fence = Token();
                Console.Out.WriteLine(WorkflowCommands.Group("output of the migration command"));
                Console.Out.WriteLine(WorkflowCommands.Stop(fence));
            }

            Console.Out.WriteLine(line);
        }
    }

    void EndChild()
    {
        lock (gate)
        {
            if (fence is not null)
            {
                Console.Out.WriteLine(WorkflowCommands.Resume(fence));
                Console.Out.WriteLine(WorkflowCommands.EndGroup);
                fence = null;
            }
        }
    }
}
