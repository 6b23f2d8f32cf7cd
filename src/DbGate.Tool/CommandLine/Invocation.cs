using Cake.Frosting;
using DbGate.Frosting;

namespace DbGate.Tool.CommandLine;

/// <summary>One call of <c>dbgate</c>: <c>dbgate release --environment=production</c> is <c>--target=release …</c>.</summary>
sealed record Invocation(string[] Arguments)
{
    /// <summary>Reads the arguments of the process.</summary>
    public static Invocation Read(string[] args) =>
        new(args is [var task, .. var options] && !task.StartsWith('-') ? [$"--target={task}", .. options] : args);

    /// <summary>Runs what was asked for. The host registers this assembly's own tasks (Tasks/) and those of DbGate.Frosting.</summary>
    public int Run() => new CakeHost().RunGates(Arguments, HostedOptions.Names);
}
