using System.Globalization;
using DbGate.Backups;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using DbGate.Storage;

namespace DbGate.Testing;

/// <summary>
/// A database with the features of one PostgreSQL version, backed up, tested and restored, in a process of its own whose
/// <c>DBGATE_PG_BIN</c> names that version's programs. Prints one line for each way.
/// </summary>
static class VersionCycle
{
    const string IcuRules = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'und' ICU_RULES '&V << w <<< W' LOCALE 'C.UTF-8'";

    static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Runs it.</summary>
    /// <param name="major">The version.</param>
    /// <param name="ways"><c>copy:2</c> and the like: the reader and its connections.</param>
    public static async Task RunAsync(int major, IReadOnlyList<string> ways)
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-versions-");
        try
        {
            await using var server = await ThrowawayServer.StartAsync(
                new() { Major = major, Locale = "C.UTF-8", Deadline = TimeSpan.FromMinutes(3),
                    Settings = new Dictionary<string, string> { ["wal_level"] = "logical" } }, None);
            Console.WriteLine(server.Binaries.Version);
            var url = server.Url.WithDatabase("features");
            await MakeAsync(server.Url, url, major);
            var definitions = await DumpAsync(url, major);
            foreach (var (way, at) in ways.Select((way, at) => (way, at)))
            {
                Console.WriteLine($"{way}: {await CycleAsync(url, way, Path.Combine(folder.FullName, $"{at}"), definitions, major)}");
            }
        }
        catch (GateException refused)
        {
            Console.WriteLine(refused.Problem);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Backs up a database whose server may have been upgraded since the last backup in the folder, and tests the backup.
    /// </summary>
    public static async Task UpgradedAsync(string folder)
    {
        var url = PostgresUrl.Parse(Environment.GetEnvironmentVariable(BackupVictim.UrlVariable)!, BackupVictim.UrlVariable);
        var store = ObjectStores.Open(new StoreOptions.Folder(folder));
        var catalog = new BackupCatalog(store);
        var newest = await catalog.FindNewestAsync("staging", null, None);
        var last = newest is null ? null : (await catalog.OpenAsync(newest, None)).Manifest;
        var request = new BackupRequest { Url = url, Environment = "staging", Stores = [store], Last = last };
        try
        {
            Console.WriteLine($"backup of {(await Backup.TakeAsync(request, null, None)).Manifest.Source.ServerVersionText}");
        }
        catch (GateException refused)
        {
            Console.WriteLine(refused.Problem.Code.Id);
        }

        if (last is not null)
        {
            var backup = await Backup.TakeAsync(request with { AcceptNewDatabase = true }, null, None);
            var tested = await RestoreTest.RunAsync(
                new() { Backup = new(store, "staging") { Key = backup.Key }, Configured = [("DATABASE_URL", url)] }, null, None);
            Console.WriteLine($"accepted, {(tested.Passed ? "tested" : "not tested")}, {tested.Record.Rows} rows");
        }
    }

    static async Task<string> CycleAsync(PostgresUrl url, string way, string folder, string definitions, int major)
    {
        var (reader, jobs) = way.Split(':') is [var name, var number]
            ? (Enum.Parse<DumpReader>(name, ignoreCase: true), int.Parse(number, CultureInfo.InvariantCulture))
                : throw new ArgumentException(way);
        Directory.CreateDirectory(folder);
        var store = ObjectStores.Open(new StoreOptions.Folder(folder));
        var backup = await Backup.TakeAsync(
            new() { Url = url, Environment = "staging", Stores = [store],
                Options = new() { Reader = reader, Jobs = jobs, SliceBytes = 64 * 1024 } }, null, None);

        var choice = new BackupChoice(store, "staging") { Key = backup.Key };
        var tested = await RestoreTest.RunAsync(new() { Backup = choice, Configured = [("DATABASE_URL", url)] }, null, None);
        var into = $"copy_{Path.GetFileName(folder)}";
        var restored = await Restore.RunAsync(new() { Backup = choice, Url = url, IsProduction = false, Into = into }, null, None);
        var copy = await DumpAsync(url.WithDatabase(restored.Database), major);
        var properties = await PropertiesAsync(url, major);
        var copied = await PropertiesAsync(url.WithDatabase(restored.Database), major);
        var replaced = await Restore.RunAsync(new() { Backup = choice, Url = url, IsProduction = false }, null, None);
        var again = await DumpAsync(url, major);
        var replacing = await PropertiesAsync(url, major);
        return string.Join(", ",
        [
            tested.Passed ? "tested" : "not tested",
            restored.Comparison is { Holds: true } ? "restored" : "not restored",
            replaced.Former is not null ? "replaced" : "not replaced",
            copied != properties ? $"properties differ: {properties} {copied}"
                : replacing != properties ? $"properties differ: {properties} {replacing}"
                : copy == definitions && again == definitions ? "no difference"
                : $"differs: {FirstDifference(definitions, copy)} {FirstDifference(definitions, again)}",
            .. tested.Report.Problems.Select(problem => $"{problem.Code.Id} {problem.Message}"),
        ]);
    }

    // Each session logs in to the source: those rows are left out.
    static async Task<string> DumpAsync(PostgresUrl url, int major) =>
        string.Join('\n', (await ClientAsync("pg_dump", url, major, ["--exclude-table-data=public.lgn"]))
        .Split('\n')
        .Where(line => !line.StartsWith("\\restrict", StringComparison.Ordinal)
            && !line.StartsWith("\\unrestrict", StringComparison.Ordinal)));

    // No part of a dump without --create: how the database orders text, and the order itself.
    static async Task<string> PropertiesAsync(PostgresUrl url, int major)
    {
        var (locale, rules) = (major >= 17 ? "datlocale" : "daticulocale", major >= 16 ? "daticurules" : "NULL");
        return await ClientAsync(
            "psql", url, major,
            [
                "-X", "-A", "-t", "-c",
                $$"""
                SELECT datcollate, datctype, {{(major >= 15 ? $"datlocprovider, {locale}, {rules}" : "NULL")}},
                  (SELECT string_agg(v, ' ' ORDER BY v) FROM unnest('{a,v,w,W,x,wa,vb}'::text[]) v)
                FROM pg_database WHERE datname = current_database()
                """,
            ]);
    }

    static string FirstDifference(string one, string other) =>
        one.Split('\n').Zip(other.Split('\n')).FirstOrDefault(pair => pair.First != pair.Second) is { First: not null } pair
            ? $"{pair.First} | {pair.Second}"
            : "the length";

    static async Task MakeAsync(PostgresUrl maintenance, PostgresUrl url, int major)
    {
        await PsqlAsync(maintenance, major, "-c", $"CREATE DATABASE features {(major >= 16 ? IcuRules : "")}");
        if (major >= 17)
        {
            await PsqlAsync(url, major, "-c", "CREATE ROLE maint", "-c", "CREATE EXTENSION btree_gist");
        }

        await FeaturesAsync(url, major, 14);
        await FeaturesAsync(url, major, 16);
        if (major >= 18)
        {
            await PsqlAsync(url, major, "-c", "CREATE TABLE u7p (id int PRIMARY KEY)");
            await FeaturesAsync(url, major, 18);
        }

        await FeaturesAsync(url, major, 17);
    }

    static Task FeaturesAsync(PostgresUrl url, int major, int since) => major < since ? Task.CompletedTask
        : PsqlAsync(
            url, major, "-f",
            Path.Combine(
                Repository.Root, "tests", "postgres-versions", "features", string.Create(CultureInfo.InvariantCulture, $"{since}.sql")));

    static Task PsqlAsync(PostgresUrl url, int major, params string[] arguments) =>
        ClientAsync("psql", url, major, ["-X", "-q", "-v", "ON_ERROR_STOP=1", .. arguments]);

    static async Task<string> ClientAsync(string name, PostgresUrl url, int major, IReadOnlyList<string> arguments)
    {
        await using var environment = await LibpqEnvironment.CreateAsync(url, None);
        var tool = await ClientTools.FindAsync(name, major, None);
        return (await Shell.RunAsync(tool.Path, arguments, environment: environment.Variables)).Succeeded().Output;
    }
}
