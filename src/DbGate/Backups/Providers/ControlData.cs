using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Backups.Providers;

/// <summary>Reads <c>global/pg_control</c> of a base backup: which cluster it is of.</summary>
static class ControlData
{
    const string Program = "pg_controldata";
    const string Identifier = "Database system identifier:";

    /// <exception cref="GateException">DBG0367: the file cannot be read.</exception>
    public static async Task<string> ReadIdentifierAsync(
        string engine, ServerAccount account, string folder, string label, int serverMajor, TimeSpan deadline,
        CancellationToken cancellationToken)
    {
        var binaries = await ServerBinaries.FindAsync(serverMajor, cancellationToken);
        var control = await EngineCommand.RunAsync(
            engine, account, Path.Combine(binaries.Folder, Program), ["-D", folder], deadline, cancellationToken);
        var line = control.Output.Split('\n').FirstOrDefault(line => line.StartsWith(Identifier, StringComparison.Ordinal));
        return control.ExitCode == 0 && line is not null
            ? line[Identifier.Length..].Trim()
            : throw EngineProblems.Faulty(engine, label, $"{Program}: {control.Error}");
    }
}
