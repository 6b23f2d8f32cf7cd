using System.Collections.Immutable;
using System.Reflection;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Cli.Completion;
using DbGate.Terminal;
using DbGate.Cli.Help;

namespace DbGate.Cli.CommandLine;

/// <summary>
/// One call of <c>dbgate</c>. The version and the hook of coding agents are answered before the command line is parsed, because a shell
/// waits for them; each other answer is a method of its own, so that only what it needs is loaded.
/// </summary>
static class Invocation
{
    public static int Run(string[] args)
    {
        if (args is ["--version" or "--ver" or "version"])
        {
            return Say(Version + "\n");
        }

        return HookInvocation.Run(args) ?? Parse(args);
    }

    static int Parse(string[] args)
    {
        if (CommandLineParser.Suggest(args) is { } suggested)
        {
            return suggested;
        }

        var line = new ParsedCommandLine([], ImmutableDictionary<string, string>.Empty.Add("json", args.Contains("--json") ? "" : "false"));
        try
        {
            line = CommandLineParser.Parse(args);
            return Answer(line);
        }
        catch (GateException refused)
        {
            return Refuse(refused.Problem, line);
        }
    }

    static int Answer(ParsedCommandLine line) => line switch
    {
        { AsksForHelp: true, Tasks: [] } => Say(HelpPage.Overview(Version)),
        { AsksForHelp: true } when ProblemPage.IsCode(line.Tasks[0]) => Say(ProblemPage.Explain(line.Tasks)),
        { AsksForHelp: true } when ToolCommand.Find(line.Tasks[0]) is { } command => Say(HelpPage.From(command)),
        { AsksForHelp: true } => Say(HelpPage.From(KnownTasks.Get(line.Tasks[0]))),
        { AsksForVersion: true } => Say(Version + "\n"),
        { Tasks: ["explain", .. var codes] } => Say(ProblemPage.Explain(codes)),
        { Tasks: ["completion", .. var shell] } => Say(CompletionScript.For(shell.FirstOrDefault() ?? "")),
        { AsksForTree: true } => Say(TaskTree.From(Listed(line))),
        { AsksForDescriptions: true } => Say(TaskTree.Descriptions(Listed(line))),
        { Tasks: [], IsJson: true } => throw new GateException(CommandLineProblems.NoTask()),
        { Tasks: [] } => Say(HelpPage.Overview(Version), ExitCode.Usage),
        _ => TaskRun.Run(line),
    };

    /// <summary>This assembly's, which is also the library's: asking the library loads it.</summary>
    static string Version =>
        typeof(Invocation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0.0.0";

    static IReadOnlyList<TaskDefinition> Listed(ParsedCommandLine line) =>
        line.Tasks.IsEmpty ? TaskCatalog.All : [.. line.Tasks.Select(KnownTasks.Get)];

    static int Say(string text, ExitCode code = ExitCode.Pass)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return (int)code;
    }

    static int Refuse(Problem refused, ParsedCommandLine line)
    {
        var problem = WithScope(refused, line);
        var terminal = TerminalAbilities.OfError;
        Console.Error.Write(new ConsoleReport(terminal.HasColours, CommandStyle.Tool) { Width = terminal.Width }.Block("dbgate", problem));
        if (line.IsJson)
        {
            Say(JsonReport.Render(problem, DateTimeOffset.UtcNow));
        }

        return (int)problem.Code.ExitCode;
    }

    /// <summary>Its commands act on the environment and the project of the call, which has no settings yet.</summary>
    static Problem WithScope(Problem problem, ParsedCommandLine line)
    {
        CommandOption[] scope =
        [
            .. new List<string> { "environment", "project" }
                .Where(name => line.Settings.GetValueOrDefault(name) is { Length: > 0 })
                .Select(name => new CommandOption(name, line.Settings[name])),
        ];
        return problem.Fix is not { Commands.IsEmpty: false } fix || scope.Length == 0 ? problem : problem with
        {
            Fix = fix with { Commands = [
                .. fix.Commands.Select(command => command is GateCommand gate
                    ? gate with { Options = [.. gate.Options, .. scope] }
                    : command)] },
        };
    }
}
