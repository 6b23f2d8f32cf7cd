using Cake.Cli;
using Cake.Core;
using Cake.Frosting;
using DbGate.Problems;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Frosting;

/// <summary>Puts DbGate's tasks into a Frosting build and gives the build DbGate's exit codes.</summary>
public static class GateHost
{
    /// <summary>What Spectre.Console.Cli answers to an option value that it cannot convert.</summary>
    const int BadOptionValue = -1;

    /// <summary>
    /// Adds DbGate's tasks, runs the targets that the arguments name, prints the closing lines, and returns a number of
    /// <see cref="ExitCode"/>.
    /// </summary>
    public static int RunGates(this CakeHost host, IEnumerable<string> args)
    {
        ArgumentNullException.ThrowIfNull(host);
        var outcome = new RunOutcome();
        var cakeCode = host
            .ConfigureServices(services => services
                .AddSingleton(outcome)
                .AddSingleton<IConsole>(provider => new TerminalConsole(provider.GetRequiredService<ICakeEnvironment>()))
                .AddSingleton<IVersionResolver>(new GateVersion()))
            .AddAssembly(typeof(GateHost).Assembly)
            .Run(args);
        foreach (var line in outcome.ClosingLines)
        {
            Console.Out.WriteLine(line);
        }

        return (int)(outcome.ExitCode ?? Translate(cakeCode));
    }

    static ExitCode Translate(int cakeCode) => cakeCode switch
    {
        0 => ExitCode.Pass,
        BadOptionValue => ExitCode.Usage,
        _ => ExitCode.InternalFault,
    };
}
