using DbGate.Configuration;
using DbGate.Gates;
using DbGate.GitHub;
using DbGate.GitHub.Approvals;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Releases;
using DbGate.Service.Sidecar;
using DbGate.Terminal;

namespace DbGate.Cli.CommandLine;

/// <summary>Runs the tasks of a command line, or states what they would do.</summary>
static class TaskRun
{
    /// <exception cref="GateException">The command line names a task, an option or a value that does not exist.</exception>
    public static int Run(ParsedCommandLine line)
    {
        string[] asked = [.. line.Tasks.Select(name => KnownTasks.Get(name).Name).Distinct(StringComparer.Ordinal)];
        SettingsReader.CheckOptions(line.Settings, [.. HostOption.All.Select(option => option.Name)]);
        Enter(line.Working);
        var tells = Tells(line.Verbosity);
        var tasks = line.IsExclusive ? [.. asked.Select(KnownTasks.Get)] : TaskCatalog.Order(line.Settings, asked);
        IReadOnlyList<IStep> steps = [.. tasks.Select(StepOf).OfType<IStep>()];
        if (steps.Count == 0)
        {
            throw new GateException(GateProblems.NothingRan(asked));
        }

        OpenSsl.Require();
        return (line.IsDryRun ? DescribeAsync(line, steps) : RunAsync(line, steps, tells)).GetAwaiter().GetResult();
    }

    static async Task<int> RunAsync(ParsedCommandLine line, IReadOnlyList<IStep> steps, bool tells)
    {
        LastingWriter.Install();
        var output = new ReportOutput(Console.Out);
        if (line.IsJson)
        {
            Console.SetOut(Console.Error); // standard output is the document's alone
        }

        using var cancellationSource = new CancellationTokenSource();
        Signals.Cancel(cancellationSource);
        var input = Input(line) with
        {
            Prompt = settings => TerminalPrompt.Choose(settings.Get(GeneralSettings.Json)),
            Publishers = [new GitHubPublisher()],
            ApprovalSources = [new GitHubApprovals()],
        };
        var display = WorkflowDisplay.Around(input.Style, input.Style, output, input.Variables, line.IsJson);
        await using var runner = new GateRunner(input, display);
        foreach (var step in steps)
        {
            if (tells)
            {
                await Console.Out.WriteLineAsync($"begins   {step.Descriptor.Name}");
            }

            if ((await runner.ExecuteAsync(step, cancellationSource.Token)).Result.IsBlocking)
            {
                break;
            }
        }

        await runner.FinishAsync(steps.Select(step => step.Descriptor.Name));
        await output.Writer.FlushAsync(CancellationToken.None);
        return (int)(runner.Failure ?? ExitCode.Pass);
    }

    static GateInput Input(ParsedCommandLine line) => GateInput.OfProcess(line.Settings, Environment.CurrentDirectory) with
    {
        Style = CommandStyle.Tool,
        HostOptions = [.. HostOption.All.Select(option => option.Name)],
    };

    static async Task<int> DescribeAsync(ParsedCommandLine line, IReadOnlyList<IStep> steps)
    {
        using var cancellationSource = new CancellationTokenSource();
        Signals.Cancel(cancellationSource);
        var previews = await Previews.ReadAsync(Input(line), steps, cancellationSource.Token);
        await Console.Out.WriteAsync(line.IsJson ? DryRun.Json(previews) + "\n" : DryRun.Text(previews));
        return (int)ExitCode.Pass;
    }

    static IStep? StepOf(TaskDefinition task) => task.IsOfTool ? Serve() : task.Step?.Invoke();

    /// <summary>A method of its own: ASP.NET Core is loaded when the service runs, not before.</summary>
    static ServeStep Serve() => new();

    static void Enter(string? folder)
    {
        if (folder is null)
        {
            return;
        }

        var path = Path.GetFullPath(folder);
        Environment.CurrentDirectory = Directory.Exists(path)
            ? path
            : throw new GateException(CommandLineProblems.Unreadable($"--working names the folder {path}, which does not exist"));
    }

    static bool Tells(string? verbosity) => verbosity switch
    {
        null => false,
        _ when HostOption.Verbosity.Words.Contains(verbosity, StringComparer.OrdinalIgnoreCase) => HostOption.Verbosity.Words.ToList()
            .FindIndex(word => string.Equals(word, verbosity, StringComparison.OrdinalIgnoreCase)) >= 2,
        _ => throw new GateException(CommandLineProblems.Unreadable($"--verbosity takes {string.Join(", ", HostOption.Verbosity.Words)}")),
    };
}
