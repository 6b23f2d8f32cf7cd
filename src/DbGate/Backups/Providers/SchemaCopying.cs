using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Providers;

/// <summary>Copies the definitions of a database, without rows, into an empty one.</summary>
static class SchemaCopying
{
    static readonly TimeSpan Deadline = TimeSpan.FromHours(1);

    /// <param name="from">The database, as a superuser.</param>
    /// <param name="to">The empty database.</param>
    /// <param name="serverMajor">The server's major version.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0362: pg_dump or psql failed.</exception>
    public static async Task RunAsync(PostgresUrl from, PostgresUrl to, int serverMajor, CancellationToken cancellationToken)
    {
        using var folder = RunFolder.Create();
        var file = $"--file={Path.Combine(folder.Path, "schema.sql")}";
        await RunAsync("pg_dump", ["--schema-only", file], from, serverMajor, cancellationToken);
        await RunAsync("psql", ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", file], to, serverMajor, cancellationToken);
    }

    static async Task RunAsync(
        string program, IReadOnlyList<string> arguments, PostgresUrl url, int serverMajor, CancellationToken cancellationToken)
    {
        var tool = await ClientTools.FindAsync(program, serverMajor, cancellationToken);
        await using var environment = await LibpqEnvironment.CreateAsync(url, cancellationToken);
        var outcome = await ChildProcess.RunAsync(
            tool.Command(arguments, environment.Variables) with { Secrets = environment.Secrets, Deadline = Deadline },
            cancellationToken);
        if (!outcome.Succeeded)
        {
            throw EngineProblems.Failed("the copy of the definitions", program, outcome.ExitCode, outcome.StandardError);
        }
    }
}
