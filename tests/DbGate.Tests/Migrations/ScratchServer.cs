using System.Diagnostics;
using Npgsql;

namespace DbGate.Tests.Migrations;

/// <summary>One PostgreSQL server for the tests of this namespace, started by the first test that asks, reached by its socket only.</summary>
[SetUpFixture]
public sealed class ScratchServer
{
    const string Binaries = "/usr/lib/postgresql/15/bin";
    static readonly Lazy<string> Folder = new(Start);
    static int databases;

    public static async Task<NpgsqlConnection> NewDatabaseAsync()
    {
        await using var connection = await ConnectAsync("postgres");
        var name = $"scratch_{Interlocked.Increment(ref databases)}";
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return await ConnectAsync(name);
    }

    public static async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(
            $"Host={Folder.Value};Username=postgres;Database={database};Pooling=false;Timeout=30;Command Timeout=60");
        await connection.OpenAsync();
        return connection;
    }

    [OneTimeTearDown]
    public void Stop()
    {
        if (Folder.IsValueCreated)
        {
            Run($"{Binaries}/pg_ctl", "stop", "-D", $"{Folder.Value}/data", "-m", "immediate", "-w");
            Directory.Delete(Folder.Value, recursive: true);
        }
    }

    static string Start()
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-").FullName;
        Process.Start("chown", ["postgres", folder]).WaitForExit();
        Run($"{Binaries}/initdb", "-D", $"{folder}/data", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
        Run($"{Binaries}/pg_ctl", "start", "-D", $"{folder}/data", "-w", "-l", $"{folder}/log", "-o",
            $"-k {folder} -c listen_addresses='' -c fsync=off -c autovacuum=off -c max_connections=60");
        return folder;
    }

    static void Run(string file, params string[] arguments)
    {
        using var process = Process.Start("runuser", ["-u", "postgres", "--", file, .. arguments]);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{file} failed; is PostgreSQL 15 installed?");
    }
}
