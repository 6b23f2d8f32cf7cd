using CsCheck;
using DbGate.Backups;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Tests.Backups;
using Npgsql;

namespace DbGate.Tests.Backups.Restores;

/// <summary>
/// Whatever legal state a database is in, its backup restores with equal content, and what is odd in the source is warned of and nothing
/// else; with one damage, of the archive or of the copy, it never does.
/// </summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class GeneratedSources
{
    const int Databases = 4;
    const int AtNight = 60;

    static readonly string[] DamagesOfACopy =
    [
        "DELETE FROM ONLY {0} WHERE ctid = (SELECT max(ctid) FROM ONLY {0})",
        "ALTER TABLE {0} RENAME TO renamed",
        "TRUNCATE {0} CASCADE",
        "DROP TABLE {0} CASCADE",
        "CREATE TABLE public.more (id int)",
        "SELECT lo_create(0)",
        "CREATE SEQUENCE public.more",
    ];

    /// <summary>Every legal state once.</summary>
    [Test]
    public Task Are_restored_as_they_are_and_never_with_a_damage([Range(0, Databases - 1)] int k) => HoldsAsync(new(
        new([.. LegalState.All.Where((_, i) => i % Databases == k).Select((state, i) => (state, 1 + ((i * 3 + k) % 9)))]), DumpReader.Copy,
        1 + (k % 3), 7919 * (k + 1), k));

    [Test]
    [Category("Nightly")]
    public Task Of_random_states_are_restored_as_they_are_and_never_with_a_random_damage() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, LegalState.All.Count - 1], Gen.Int[1, 9]).Array[1, 10].Select(
                chosen =>
                    new GeneratedSource([.. chosen.DistinctBy(one => one.Item1).Select(one => (LegalState.All[one.Item1], one.Item2))])),
            Gen.Bool.Select(byPgDump => byPgDump ? DumpReader.PgDump : DumpReader.Copy), Gen.Int[1, 4], Gen.Int[0, int.MaxValue - 1],
            Gen.Int[0, DamagesOfACopy.Length - 1],
            (source, reader, jobs, place, damage) => new Trial(source, reader, jobs, place, damage))
                .SampleAsync(HoldsAsync, iter: AtNight, threads: 1);

    static async Task HoldsAsync(Trial trial)
    {
        await using var backups = await BackupTrial.StartAsync(trial.Source.Sql);
        var backup =
            await backups.TakeAsync(new() { Reader = trial.Reader, Jobs = trial.Jobs, MemberBytes = 16 * 1024, SliceBytes = 32 * 1024 });
        await using var target = await TestDatabase.CreateAsync();

        var outcome = await TestAsync(backups, target);

        var told = outcome.Report.Problems;
        Assert.That(outcome.Passed, Is.True, () => $"{trial}: {string.Join('\n', told)}");
        Assert.That(told.Where(problem => problem.Severity != Severity.Warning), Is.Empty);
        foreach (var name in trial.Source.Warned)
        {
            Assert.That(told.Select(problem => problem.Message), Has.Some.Contains(name), trial.ToString());
        }

        Assert.That(
            trial.Source.Warned.Count > 0 || told.Count == 0, Is.True, () => $"{trial} needs no warning: {string.Join('\n', told)}");
        if (!trial.Source.IsAltered)
        {
            Assert.That(await BackupTrial.DumpAsync(target), Is.EqualTo(await BackupTrial.DumpAsync(backups.Source)), trial.ToString());
        }

        await DamageAsync(target, backup, trial);
        var damaged =
            await Comparison.CompareAsync(target.Url, backup.Manifest, new(), new(null, TimeProvider.System), CancellationToken.None);
        Assert.That(damaged.Holds, Is.False, () => $"{trial} was damaged: {Statement(backup, trial)}");

        DamageFile(backups.PathOf(backup), trial.Place);
        await using var second = await TestDatabase.CreateAsync();
        var refused = Assert.ThrowsAsync<GateException>(() => TestAsync(backups, second), trial.ToString())!.Problem;
        Assert.That(refused.Code.Id, Is.AnyOf("DBG0322", "DBG0323", "DBG0328"), trial.ToString());
        Assert.That(await RestoreTrial.TableCountAsync(second.Url), Is.Zero);
    }

    static Task<RestoreTestOutcome> TestAsync(BackupTrial backups, TestDatabase target) => RestoreTest.RunAsync(
        new()
        {
            Backup = new(backups.Store, "staging"),
            Options = new() { Jobs = 2 },
            Configured = [("DATABASE_URL", backups.Source.Url)],
            Target = target.Url,
        },
        null,
        CancellationToken.None);

    static async Task DamageAsync(TestDatabase target, BackupOutcome backup, Trial trial)
    {
        await using var connection = await TestServer.ConnectAsync(target.Url);
        await using var command =
            new NpgsqlCommand($"SET session_replication_role = replica; SET row_security = off; {Statement(backup, trial)}", connection);
        await command.ExecuteNonQueryAsync();
    }

    static string Statement(BackupOutcome backup, Trial trial)
    {
        var filled = backup.Manifest.Tables.Where(table => table.Rows > 0 && table.LoadedThrough is null).ToArray();
        var damage = filled.Length == 0 ? "CREATE TABLE public.more (id int)" : DamagesOfACopy[trial.Damage];
        return filled.Length == 0 ? damage : string.Format(
            System.Globalization.CultureInfo.InvariantCulture, damage,
            filled[trial.Place % filled.Length] is var table ? Sql.Identifier(table.Schema, table.Name) : "");
    }

    // One bit, anywhere, or the end, anywhere.
    static void DamageFile(string path, int place)
    {
        var bytes = File.ReadAllBytes(path);
        if (place % 2 == 0)
        {
            File.WriteAllBytes(path, bytes[..(place % bytes.Length)]);
        }
        else
        {
            bytes[place % bytes.Length] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(path, bytes);
        }
    }

    /// <summary>A database, how it is backed up, and what is then damaged.</summary>
    sealed record Trial(GeneratedSource Source, DumpReader Reader, int Jobs, int Place, int Damage);
}
