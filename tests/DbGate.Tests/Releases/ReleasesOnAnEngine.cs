using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Tests.Backups.Providers;

namespace DbGate.Tests.Releases;

/// <summary>Releases of a database whose backups another engine takes.</summary>
[Category("Postgres")]
sealed class ReleasesOnAnEngine
{
    /// <summary>The whole way: proof, restore test, rehearsal on that cluster, plan, deploy, and back with the printed command.</summary>
    /// <param name="kind">The engine.</param>
    /// <param name="rows">Rows of a kilobyte each, in addition.</param>
    [TestCase(BackupProvider.PgBackRest, 0)]
    [TestCase(BackupProvider.BaseBackup, 0, Category = "Nightly")]
    [TestCase(BackupProvider.Barman, 0, Category = "Nightly")]
    [TestCase(BackupProvider.PgBackRest, 2_000_000, Category = "Nightly")]
    [TestCase(BackupProvider.Barman, 2_000_000, Category = "Nightly")]
    public async Task Rehearse_on_the_restored_cluster_and_go_back_to_the_point_before_the_deploy(BackupProvider kind, int rows)
    {
        await using var server = await ArchivedServer.StartAsync(kind switch
        {
            BackupProvider.PgBackRest => "pgbackrest", BackupProvider.Barman => "barman", _ => null,
        });
        await using var project = await PlannedProject.CreateAsync(server: server.Url);
        await project.Database.ExecuteAsync(
            rows == 0 ? "SELECT 1"
                : $"CREATE TABLE filler AS SELECT id, repeat(md5(id::text), 31) AS text FROM generate_series(1, {rows}) AS id");
        await (kind switch
        {
            BackupProvider.PgBackRest => server.BackUpAsync(),
            BackupProvider.Barman => server.BarmanBackUpAsync(),
            _ => server.BaseBackUpAsync("first"),
        });
        project.Variables["DBGATE_BACKUP_PROVIDER"] = kind.ToString();
        project.Variables["DBGATE_BACKUP_STANZA"] = "main";
        project.Variables["DBGATE_BACKUP_ENGINE_CONFIG"] = kind == BackupProvider.Barman ? server.BarmanFile : server.ConfigFile;
        project.Variables["DBGATE_BACKUP_BASE_FOLDER"] = server.BaseFolder;
        project.Variables["DBGATE_BACKUP_WAL_FOLDER"] = server.WalFolder;

        await File.WriteAllTextAsync(project.Of("queries.sql"), "SELECT id FROM \"User\";\n");
        var steps = await PrepareAsync(project);
        steps[^1].Expect(null);
        Assert.That(
            steps[0].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.StartsWith("level: L3").And.Some.StartsWith("restore point: dbgate_").And.Some.StartsWith("verified: ")
                .And.Some.Contains("no gap").And.Some.StartsWith("compared: "));
        Assert.That(
            steps[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.Matches("^scratch: a throwaway server with the cluster that .* restored to dbgate_")
                .And.Some.EqualTo("object: column public.\"User\".name added"));
        Assert.That(
            steps[1].Result.Facts.Any(fact => $"{fact.Name}: {fact.Value}".StartsWith("drift: none", StringComparison.Ordinal)),
            Is.EqualTo(rows == 0));
        Assert.That(
            steps[2].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"), Has.Some.StartsWith("tested: 1 query shape"),
            steps[2].Result.Summary);

        var plan = steps[^1].Result.Facts.First(fact => fact.Name == "plan").Value;
        (await project.ApproveAsync(plan)).Expect(null);
        var deploy = await project.ReleaseAsync(plan, null, ("backup-level", "L3"));
        deploy.Expect(null);
        var command = deploy.Result.Facts.Single(fact => fact.Name == "roll back with").Value;
        await TestContext.Out.WriteLineAsync(
            string.Join('\n', steps.SelectMany(step => step.Result.Facts).Select(fact => $"{fact.Name}: {fact.Value}")));

        // A restore test on record counts; none is made again.
        Assert.That((await project.RunAsync(new RestoreTestStep(), ("due-after", "1d"))).Result.Summary, Does.StartWith("not due"));

        // What a person would paste on the database's machine, here into another folder.
        await project.Database.ExecuteAsync("DELETE FROM \"User\"");
        await ArchivedServer.ExecuteAsync(server.Url, "SELECT pg_switch_wal()");
        await server.ArchivedAsync();
        var back = Path.Combine(server.Folder, "back");
        await server.RunAsync("mkdir", "-m", "700", back);
        await server.RunAsync(
            "sh", "-c", $"export PGDATA={back}; {command.Replace("--delta", $"--pg1-path={back}", StringComparison.Ordinal)}");
        var control = Path.Combine(server.Server.Binaries.Folder, "pg_ctl");
        var port = LoopbackPorts.Free();
        await server.RunAsync(
            control, "-D", back, "-w", "-t", "300", "-l", Path.Combine(server.Folder, "back.log"), "-o",
            $"-p {port} -k {server.Folder} -c archive_mode=off", "start");
        try
        {
            var users = await server.RunAsync(
                Path.Combine(server.Server.Binaries.Folder, "psql"), "-h", server.Folder, "-p", $"{port}", "-U", server.Url.User,
                "-Atc", "SELECT * FROM \"User\"", project.Database.Name);
            Assert.That(users.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(20).And.Member("7"));
        }
        finally
        {
            await server.RunAsync(control, "-D", back, "-m", "immediate", "stop");
        }
    }

    static async Task<IReadOnlyList<StepReport>> PrepareAsync(PlannedProject project)
    {
        await using var run = project.Start(
            [("requested-by", "ana"), ("backup-level", "L3"), ("compatibility-queries", "queries.sql")]);
        foreach (var step in (IStep[])[new BackupFirstStep(), new RehearseStep(), new CompatibilityStep(), new PlanStep()])
        {
            if ((await run.ExecuteAsync(step, default)).Result.IsBlocking)
            {
                break;
            }
        }

        return run.Report().Steps;
    }

    [Test]
    public async Task Demand_more_than_an_external_command_reports()
    {
        await using var project = await PlannedProject.CreateAsync();
        project.Variables["DBGATE_BACKUP_PROVIDER"] = "external";
        project.Variables["DBGATE_BACKUP_EXTERNAL_COMMAND"] =
            "printf '{\"format\":1,\"engine\":\"test\",\"backup\":\"b1\",\"completedAt\":\"%s\"}' \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"";

        (await project.RunAsync(new BackupFirstStep())).Expect("DBG0382", ExitCode.Blocked);
        (await project.RunAsync(new RestoreTestStep())).Expect("DBG0382", ExitCode.Blocked);

        var accepted = await project.RunAsync(new BackupFirstStep(), ("backup-level", "L0"));
        accepted.Expect(null);
        Assert.That(accepted.Result.Facts.Select(fact => fact.Value), Has.Some.EqualTo("L0: reported by the engine, not checked"));
        Assert.That(
            accepted.Result.NotChecked,
            Has.Some.Contains("reads none of its bytes").And.Some.Contains("no system identifier").And.Some.Contains("restorableUntil"));

        project.Variables["DBGATE_BACKUP_EXTERNAL_COMMAND"] = "exit 3";
        (await project.RunAsync(new BackupFirstStep(), ("backup-level", "L0"))).Expect("DBG0362", ExitCode.Environment);
    }

    [Test]
    public async Task Do_not_restore_an_older_dump_by_mistake()
    {
        await using var project = await PlannedProject.CreateAsync();
        (await project.RunAsync(new BackupFirstStep())).Expect(null);
        project.Variables["DBGATE_BACKUP_PROVIDER"] = "pgbackrest";

        (await project.RunAsync(new RestoreStep())).Expect("DBG0383", ExitCode.Blocked);
    }
}
