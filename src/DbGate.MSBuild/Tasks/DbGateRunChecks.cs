using Microsoft.Build.Framework;

namespace DbGate.MSBuild;

/// <summary>Runs any gates by their names, each after those that it depends on.</summary>
public sealed class DbGateRunChecks : GateTask
{
    /// <summary>Names of gates, such as <c>forbid-db-push</c> or <c>release</c>.</summary>
    [Required]
    public string[] Gates { get; set; } = [];

    /// <summary>A file that remembers a pass, so that a build with nothing changed need not ask again; empty: none.</summary>
    public string? Memory { get; set; }

    // A list that was escaped on the command line arrives as one text.
    internal override IReadOnlyList<string> Asked =>
        [.. Gates.SelectMany(gates => gates.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    internal override string? MemoryFile => Memory;
}
