using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Releases;
using DbGate.Reports;

namespace DbGate.Terminal;

/// <summary>What a person, or a program, sees of a run.</summary>
abstract class Screen : IGateDisplay
{
    /// <summary>JSON mode keeps standard output for the report alone.</summary>
    /// <param name="json">JSON mode.</param>
    /// <param name="inWorkflow">In a workflow of GitHub Actions.</param>
    /// <param name="style">How commands are written.</param>
    /// <param name="output">Where the document goes; null is standard output.</param>
    public static Screen Choose(bool json, bool inWorkflow, CommandStyle style, ReportOutput? output = null) =>
        json ? new JsonScreen(style, output?.Writer ?? Console.Out) : inWorkflow ? new WorkflowScreen(style) : new TextScreen(style);

    public abstract IProgressDisplay Progress { get; }

    /// <summary>Where a migration tool's output goes; null when it is only kept for a problem.</summary>
    public virtual Action<string>? ChildOutput => null;

    /// <summary>Only problems are shown.</summary>
    protected bool IsQuiet { get; private set; }

    /// <summary>Each warning is shown in full.</summary>
    protected bool IsVerbose { get; private set; }

    public virtual void Begin(Settings settings) =>
        (IsQuiet, IsVerbose) = (settings.Get(GeneralSettings.Quiet), settings.Get(GeneralSettings.Verbose));

    public abstract void Show(StepReport step);

    public abstract void Show(Problem problem);

    public virtual void ShowRefused(Problem problem) => Show(problem);

    public abstract void ShowVerdict(GateReport report, string? path);

    /// <summary>The page of the run, as a person opens it from here; null when none was written.</summary>
    protected static string? PageOf(string? path) =>
        path is null ? null : Path.GetRelativePath(Environment.CurrentDirectory, Path.ChangeExtension(path, ".html"));

    sealed class TextScreen(CommandStyle style) : Screen
    {
        readonly TerminalAbilities terminal = TerminalAbilities.OfOutput;

        public override IProgressDisplay Progress =>
            IsQuiet ? SilentProgress.Instance
            : terminal.IsAnimated ? new TerminalProgress()
            : new Heartbeat(Console.Out.WriteLine, TimeProvider.System);

        ConsoleReport Report => new(terminal.HasColours, style) { Width = terminal.Width, IsVerbose = IsVerbose };

        public override void Show(StepReport step) => Console.Out.Write(IsQuiet ? Report.Problems(step) : Report.Step(step));

        public override void Show(Problem problem) => Console.Out.Write(Report.Block("dbgate", problem));

        public override void ShowVerdict(GateReport report, string? path)
        {
            if (!IsQuiet || report.Verdict == Verdict.Blocked)
            {
                Console.Out.Write(Report.Verdict(report, PageOf(path)));
            }
        }
    }

    sealed class JsonScreen(CommandStyle style, TextWriter output) : Screen
    {
        readonly ConsoleReport report = new(TerminalAbilities.OfError.HasColours, style);

        public override IProgressDisplay Progress =>
            IsQuiet ? SilentProgress.Instance : new Heartbeat(Console.Error.WriteLine, TimeProvider.System);

        public override void Show(StepReport step)
        {
        }

        public override void Show(Problem problem) => Console.Error.Write(report.Block("dbgate", problem));

        public override void ShowRefused(Problem problem)
        {
            Show(problem);
            output.Write(JsonReport.Render(problem, DateTimeOffset.UtcNow));
        }

        public override void ShowVerdict(GateReport report, string? path) => output.Write(JsonReport.RenderForOutput(report));
    }
}
