using System.Reflection;
using Cake.Frosting;
using DbGate.Configuration;
using DbGate.Frosting;
using DbGate.GitHub;
using DbGate.GitHub.Approvals;
using DbGate.Problems;
using DbGate.Publishing;
using DbGate.Reports;
using DbGate.Tool.Completion;
using DbGate.Tool.Help;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Tool.CommandLine;

/// <summary>
/// One call of <c>dbgate</c>. What needs no host (version, help, completion, a wrong name) is answered without one, because a shell
/// waits for it; each answer is a method of its own, so that only what it needs is loaded.
/// </summary>
static class Invocation
{
    public static int Run(string[] args)
    {
        if (HookInvocation.Run(args) is { } answered)
        {
            return answered;
        }

        if (args is ["--version" or "--ver" or "version"])
        {
            return Say(Version + "\n");
        }

        try
        {
            return Answer(Words.Read(args));
        }
        catch (GateException refused)
        {
            return Refuse(refused.Problem, args);
        }
    }

    static int Answer(Words words) => words switch
    {
        { AsksForHelp: true, Tasks: [] } => Say(HelpPage.Overview(Version)),
        { AsksForHelp: true } when ProblemPage.Of(words.Tasks[0]) is { } page => Say(page),
        { AsksForHelp: true } => Say(HelpPage.Of(KnownTasks.Get(words.Tasks[0]))),
        { Tasks: ["completion", .. var shell] } => Say(CompletionScript.For(shell.FirstOrDefault() ?? "")),
        { Tasks: [], NeedsTask: true } when words.Settings.ContainsKey("json") => throw new GateException(CommandLineProblems.NoTask()),
        { Tasks: [], NeedsTask: true } => Say(HelpPage.Overview(Version), ExitCode.Usage),
        _ => Host(words),
    };

    /// <summary>The host registers this assembly's own tasks (Tasks/) and those of DbGate.Frosting.</summary>
    static int Host(Words words)
    {
        foreach (var task in words.Tasks)
        {
            KnownTasks.Get(task);
        }

        SettingsReader.CheckOptions(words.Settings, [.. Words.OfHost, .. HostedOptions.Names]);
        return new CakeHost()
            .ConfigureServices(services => services
                .AddSingleton(CommandStyle.Tool)
                .AddSingleton<IReportPublisher, GitHubPublisher>()
                .AddSingleton<IApprovalSource, GitHubApprovals>())
            .RunGates(words.ForHost(), HostedOptions.Names);
    }

    static string Version { get; } =
        typeof(Invocation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    static int Say(string text, ExitCode code = ExitCode.Pass)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return (int)code;
    }

    static int Refuse(Problem refused, string[] args)
    {
        var problem = WithScope(refused, args);
        var colours = !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        Console.Error.Write(new ConsoleReport(colours, CommandStyle.Tool).Block("dbgate", problem));
        if (args.Any(arg => arg is "--json" or "--json=true"))
        {
            Say(JsonReport.Render(problem, DateTimeOffset.UtcNow));
        }

        return (int)problem.Code.ExitCode;
    }

    /// <summary>Its commands act on the environment and the project of the call, which has no settings yet.</summary>
    static Problem WithScope(Problem problem, string[] args)
    {
        CommandOption[] scope =
        [
            .. args.Select(arg => arg.Split('=', 2)).Where(parts => parts is ["--environment" or "--project", { Length: > 0 }]).Select(parts => new CommandOption(parts[0][2..], parts[1])),
        ];
        return problem.Fix is not { Commands.IsEmpty: false } fix || scope.Length == 0 ? problem : problem with
        {
            Fix = fix with { Commands = [.. fix.Commands.Select(command => command is GateCommand gate ? gate with { Options = [.. gate.Options, .. scope] } : command)] },
        };
    }
}
