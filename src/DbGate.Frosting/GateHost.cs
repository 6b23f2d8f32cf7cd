using Cake.Cli;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Frosting;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Publishing;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Terminal;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace DbGate.Frosting;

/// <summary>Puts DbGate's tasks into a Frosting build and gives the build DbGate's exit codes.</summary>
public static class GateHost
{
    /// <summary>What Spectre.Console.Cli answers to an option value that it cannot convert.</summary>
    const int BadOptionValue = -1;

    /// <summary>
    /// Adds DbGate's tasks to a build that runs itself. Its report is written and its verdict shown when the build's container is
    /// disposed; Cake then ends with 1 for every block. For DbGate's own exit codes call <see cref="RunGates"/> instead of Run.
    /// </summary>
    /// <param name="host">The build's host.</param>
    /// <param name="ownOptions">Options of the build's own, without dashes; every other unknown option is refused.</param>
    public static CakeHost AddDbGate(this CakeHost host, params IReadOnlyList<string> ownOptions)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host
            .ConfigureServices(services => services
                .AddSingleton(new HostOptions(ownOptions))
                .AddSingleton<RunOutcome>()
                .AddSingleton(provider => new GateSession(
                    provider.GetRequiredService<ICakeArguments>(),
                    provider.GetRequiredService<HostOptions>(),
                    provider.GetRequiredService<RunOutcome>(),
                    provider.GetServices<IReportPublisher>(),
                    provider.GetServices<IApprovalSource>(),
                    provider.GetService<CommandStyle>(),
                    provider.GetService<ReportOutput>())))
            .AddAssembly(typeof(GateHost).Assembly);
    }

    /// <summary>
    /// Adds DbGate's tasks, runs the targets that the arguments name, shows the verdict and the closing lines, and returns a number of
    /// <see cref="ExitCode"/>.
    /// </summary>
    /// <param name="host">The build's host.</param>
    /// <param name="args">The process's arguments.</param>
    /// <param name="ownOptions">Options of the build's own, without dashes; every other unknown option is refused.</param>
    public static int RunGates(this CakeHost host, IReadOnlyList<string> args, params IReadOnlyList<string> ownOptions)
    {
        ArgumentNullException.ThrowIfNull(host);
        LastingWriter.Install();
        var (mode, output) = (RunMode.From(args), new ReportOutput(Console.Out));
        var screen = AnsiConsole.Console;
        if (!mode.IsJson)
        {
            // The host's own was made for the writer that LastingWriter replaced.
            AnsiConsole.Console = On(Console.Out);
            return Run(host, args, ownOptions, mode, output);
        }

        Console.SetOut(Console.Error);
        AnsiConsole.Console = On(Console.Error);
        try
        {
            return Run(host, args, ownOptions, mode, output);
        }
        finally
        {
            output.Writer.Flush();
            Console.SetOut(output.Writer);
            AnsiConsole.Console = screen;
        }
    }

    static IAnsiConsole On(TextWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });

    static int Run(CakeHost host, IReadOnlyList<string> args, IReadOnlyList<string> ownOptions, RunMode mode, ReportOutput output)
    {
        var outcome = new RunOutcome();
        if (args is [var word, ..] && TargetNames.OfDbGate.Contains(word))
        {
            return Refuse(CommandLineProblems.TaskWithoutOption(word), mode, output);
        }

        IServiceCollection registered = new ServiceCollection();
        var cakeCode = host
            .AddDbGate(ownOptions)
            .ConfigureServices(services => registered = services)
            .ConfigureServices(services => services
                .AddSingleton(outcome)
                .AddSingleton(mode)
                .AddSingleton(output)
                .AddUnlessOwn<IConsole>(provider => new TerminalConsole(provider.GetRequiredService<ICakeEnvironment>()))
                .AddUnlessOwn<ICakeReportPrinter>(_ => new NoReport())
                .AddUnlessOwn<ICakeLog>(provider => new QuietLog(new CakeBuildLog(provider.GetRequiredService<IConsole>()), outcome))
                .AddUnlessOwn<IVersionResolver>(_ => new GateVersion())
                .AddLifetime())
            .Run(MinimalUnlessAsked(args));
        if (cakeCode != 0 && outcome is { ExitCode: null, HasBegun: false } && TargetNames.FirstUnknown(args, registered) is { } unknown)
        {
            outcome.Fail(ExitCode.Usage);
            Refuse(CommandLineProblems.UnknownTask(unknown.Name, unknown.Nearest), mode, output);
        }
        else if (cakeCode == BadOptionValue && outcome.ExitCode is null)
        {
            Refuse(CommandLineProblems.Unreadable(), mode, output);
        }

        foreach (var line in outcome.ClosingLines)
        {
            Console.Out.WriteLine(line);
        }

        return (int)(outcome.ExitCode ?? Translate(cakeCode));
    }

    /// <summary>Shows why nothing ran: for a person on standard error, and for a program as one document on standard output.</summary>
    static int Refuse(Problem problem, RunMode mode, ReportOutput output)
    {
        Console.Error.Write(new ConsoleReport(colours: false).Block("dbgate", problem));
        if (mode.IsJson)
        {
            output.Writer.Write(JsonReport.Render(problem, DateTimeOffset.UtcNow));
        }

        return (int)problem.Code.ExitCode;
    }

    // DbGate shows its own lines; Cake's banner around each task would only push them off the screen. Warnings and errors of the build's
    // own tasks stay.
    static IEnumerable<string> MinimalUnlessAsked(IReadOnlyList<string> args) =>
        args.Any(arg => arg is "-v"
            || arg.StartsWith("--verbosity", StringComparison.Ordinal)
            || arg.StartsWith("-v=", StringComparison.Ordinal))
            ? args
            : ["--verbosity=minimal", .. args];

    static ExitCode Translate(int cakeCode) => cakeCode switch
    {
        0 => ExitCode.Pass,
        BadOptionValue => ExitCode.Usage,
        _ => ExitCode.InternalFault,
    };
}
