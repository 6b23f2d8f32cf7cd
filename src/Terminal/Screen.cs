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

    public abstract void Show(StepReport step);

    public abstract void Show(Problem problem);

    public virtual void ShowRefused(Problem problem) => Show(problem);

    public abstract void ShowVerdict(GateReport report, string? path);

    static bool Colours(bool redirected) => !redirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    sealed class TextScreen(CommandStyle style) : Screen
    {
        readonly ConsoleReport report = new(Colours(Console.IsOutputRedirected), style);

        public override IProgressDisplay Progress { get; } =
            Console.IsOutputRedirected ? new Heartbeat(Console.Out.WriteLine, TimeProvider.System) : new TerminalProgress();

        public override void Show(StepReport step) => Console.Out.Write(report.Step(step));

        public override void Show(Problem problem) => Console.Out.Write(report.Block("dbgate", problem));

        public override void ShowVerdict(GateReport report, string? path) =>
            Console.Out.Write(this.report.Verdict(report, path is null ? null : Path.GetRelativePath(Environment.CurrentDirectory, path)));
    }

    sealed class JsonScreen(CommandStyle style, TextWriter output) : Screen
    {
        readonly ConsoleReport report = new(Colours(Console.IsErrorRedirected), style);

        public override IProgressDisplay Progress { get; } = new Heartbeat(Console.Error.WriteLine, TimeProvider.System);

        public override void Show(StepReport step)
        {
        }

        public override void Show(Problem problem) => Console.Error.Write(report.Block("dbgate", problem));

        public override void ShowRefused(Problem problem)
        {
            Show(problem);
            output.Write(JsonReport.Render(problem, DateTimeOffset.UtcNow));
        }

        public override void ShowVerdict(GateReport report, string? path) => output.Write(JsonReport.Render(report));
    }
}
