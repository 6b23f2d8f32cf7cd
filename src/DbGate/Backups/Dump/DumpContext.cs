using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>What every reader of one backup shares.</summary>
/// <param name="Psql">The client for rows.</param>
/// <param name="PgDump">The client for definitions and large objects.</param>
/// <param name="Environment">How they connect.</param>
/// <param name="Snapshot">The exported snapshot.</param>
/// <param name="Encoding">The database's encoding, which is the file's.</param>
/// <param name="RestrictKey">The key of <c>\restrict</c>; null when this <c>pg_dump</c> is too old to write it.</param>
/// <param name="Options">How the backup is made.</param>
/// <param name="Clock">The clock.</param>
sealed record DumpContext(
    ClientTool Psql,
    ClientTool PgDump,
    LibpqEnvironment Environment,
    string Snapshot,
    string Encoding,
    string? RestrictKey,
    DumpOptions Options,
    TimeProvider Clock)
{
    /// <summary>Starts <c>pg_dump</c> on the snapshot.</summary>
    /// <param name="arguments">What it dumps.</param>
    /// <param name="name">Its <c>application_name</c>; null for the usual one.</param>
    /// <param name="lockTimeout">How long it waits for each table.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public ChildProcess StartPgDump(IEnumerable<string> arguments, string? name, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        IEnumerable<string> common =
        [
            "--format=plain", "--no-password", $"--encoding={Encoding}", $"--snapshot={Snapshot}",
            $"--lock-wait-timeout={lockTimeout.TotalMilliseconds:0}",
        ];
        IEnumerable<string> restrict = RestrictKey is null ? [] : [$"--restrict-key={RestrictKey}"];

        // The one setting of a database that changes the text of rows and that pg_dump leaves as it is: hashes must not depend on it.
        var given = Environment.Variables["PGOPTIONS"];
        var options = Options.Reader == DumpReader.PgDump ? $"{given} -c bytea_output=hex" : given;
        return Start(PgDump, [.. common, .. restrict, .. arguments], options, name, StopSignal.Terminate, cancellationToken);
    }

    /// <summary>Starts a <c>psql</c> that reads its commands from its standard input.</summary>
    public ChildProcess StartPsql(CancellationToken cancellationToken) =>
        Start(
            Psql, ["-X", "-q", "-A", "-t", "--no-password", "-v", "ON_ERROR_STOP=1", "-f", "-"], Environment.Variables["PGOPTIONS"], null,
            StopSignal.Interrupt, cancellationToken);

    ChildProcess Start(
        ClientTool tool, IReadOnlyList<string> arguments, string? options, string? name, StopSignal signal,
        CancellationToken cancellationToken) => ChildProcess.Start(
        tool.Command(
            arguments,
            new Dictionary<string, string?>(Environment.Variables)
            {
                ["PGCLIENTENCODING"] = Encoding,
                ["PGTZ"] = "UTC",
                ["PGOPTIONS"] = options,
                ["PGAPPNAME"] = name ?? Environment.Variables["PGAPPNAME"],
            }) with
        {
            Secrets = Environment.Secrets,
            Deadline = Options.Deadline,
            StopSignal = signal,
        },
        cancellationToken);
}
