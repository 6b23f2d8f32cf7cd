using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Cli.CommandLine;

/// <summary>Finds tasks by what was typed.</summary>
static class KnownTasks
{
    /// <exception cref="GateException">DBG0070: there is none of this name.</exception>
    public static TaskDefinition Get(string name) => TaskCatalog.Find(name)
        ?? throw new GateException(
            CommandLineProblems.UnknownTask(
                name,
                NearestName.From(name,
                    [.. TaskCatalog.All.Select(task => task.Name), .. ToolCommand.All.Select(command => command.Name)])));
}
