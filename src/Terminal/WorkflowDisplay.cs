using System.Text;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Releases;
using DbGate.Reports.Actions;

namespace DbGate.Terminal;

/// <summary>
/// The edge to GitHub's runner: commands on a stream that it reads, and its files. What fails here never changes a verdict.
/// </summary>
sealed class WorkflowDisplay(ActionsRun run, TextWriter commands, IGateDisplay screen, CommandStyle style) : IGateDisplay
{
    Checkout checkout = Checkout.None;

    public IProgressDisplay Progress => screen.Progress;

    public Action<string>? ChildOutput => screen.ChildOutput;

    /// <summary>
    /// The screen itself outside of a workflow. The runner reads commands from both streams, so in JSON mode standard output stays the
    /// report's alone.
    /// </summary>
    /// <param name="screen">How the host writes commands on the screen.</param>
    /// <param name="style">How it writes them in reports, without folders of this machine.</param>
    /// <param name="output">Where JSON goes; null is standard output.</param>
    /// <param name="variables">The process's.</param>
    /// <param name="isJson">JSON mode.</param>
    public static IGateDisplay Around(
        CommandStyle screen, CommandStyle style, ReportOutput? output, IReadOnlyDictionary<string, string> variables, bool isJson)
    {
        var local = screen with { Folder = Environment.CurrentDirectory };
        return ActionsRun.From(variables) is { } run
            ? new WorkflowDisplay(run, isJson ? Console.Error : Console.Out, Screen.Choose(isJson, true, local, output), style)
            : Screen.Choose(isJson, false, local, output);
    }

    public void Begin(Settings settings)
    {
        screen.Begin(settings);
        checkout = ProjectCheckout.Find(settings);
        foreach (var secret in SecretMasks.From(settings))
        {
            commands.WriteLine(WorkflowCommands.Mask(secret));
        }
    }

    public void Show(StepReport step) => screen.Show(step);

    /// <summary>
    /// A run that could not begin has no report; what stopped it is told all the same. What only warns, as when a verdict could not be
    /// published, is not about the verdict.
    /// </summary>
    public void Show(Problem problem)
    {
        screen.Show(problem);
        Tell(problem);
    }

    public void ShowRefused(Problem problem)
    {
        screen.ShowRefused(problem);
        Tell(problem);
    }

    void Tell(Problem problem)
    {
        commands.WriteLine(Annotations.From(problem, checkout));
        if (!problem.IsBlocking)
        {
            return;
        }

        Fact[] outputs = [new("verdict", "blocked"), new("exit-code", $"{(int)problem.Code.ExitCode}")];
        Append(run.SummaryFile, _ => StepSummary.Render(problem, style));
        Append(run.OutputFile, _ => StepOutputs.Render(outputs, Delimiter));
    }

    public void ShowVerdict(GateReport report, string? path)
    {
        screen.ShowVerdict(report, path);
        Annotate(report.AllProblems);
        Append(
            run.SummaryFile,
            file => StepSummary.Render(report, run.Link, StepSummary.Limit - (File.Exists(file) ? new FileInfo(file).Length : 0)));
        Append(run.OutputFile, _ => StepOutputs.Render(StepOutputs.From(report, path), Delimiter));
    }

    static string Delimiter() => Guid.NewGuid().ToString("N");

    void Annotate(IEnumerable<Problem> problems)
    {
        foreach (var line in Annotations.Render(problems, checkout))
        {
            commands.WriteLine(line);
        }
    }

    void Append(string? file, Func<string, string> text)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            File.AppendAllText(file, text(file), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            commands.WriteLine($"  {file} cannot be written: {exception.Message}");
        }
    }
}
