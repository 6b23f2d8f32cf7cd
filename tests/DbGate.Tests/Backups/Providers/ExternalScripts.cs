using System.Text.Json;
using DbGate.Backups.Providers;
using DbGate.Postgres;
using DbGate.Tests.Reports;

namespace DbGate.Tests.Backups.Providers;

/// <summary>The ready scripts of docs/backup-engines, with programs that print what the clouds' own do.</summary>
sealed class ExternalScripts
{
    static readonly TargetIdentity Target = new("7714083169009307336", 5, "app", 150018, false);

    string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("dbgate-external-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    static IEnumerable<TestCaseData> Scripts()
    {
        yield return new TestCaseData("rds.sh", "shop", "aws", """
            case "$2" in
              describe-db-snapshots) echo '{"DBSnapshots":[
                {"DBSnapshotIdentifier":"rds:shop-1","Status":"available","SnapshotCreateTime":"2026-11-29T04:00:00.123000+00:00"},
                {"DBSnapshotIdentifier":"rds:shop-2","Status":"available","SnapshotCreateTime":"2026-11-30T04:00:00.123000+00:00"},
                {"DBSnapshotIdentifier":"rds:shop-3","Status":"creating"}]}' ;;
              describe-db-instances) echo '{"DBInstances":[{"LatestRestorableTime":"2026-11-30T11:55:00+00:00"}]}' ;;
            esac
            """, "rds:shop-2", "aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier shop "
                + "--target-db-instance-identifier shop-restored --restore-time 2026-11-30T12:00:00Z");
        yield return new TestCaseData("cloud-sql.sh", "shop", "gcloud", """
            case "$2" in
              backups) echo '[{"id":"17","status":"SUCCESSFUL","endTime":"2026-11-30T04:00:00.123Z"},{"id":"18","status":"FAILED"}]' ;;
              *) echo '{"latestRecoveryTime":"2026-11-30T11:59:00Z"}' ;;
            esac
            """, "17", "gcloud sql instances clone shop shop-restored --point-in-time=2026-11-30T12:00:00Z");
        yield return new TestCaseData("azure.sh", "group shop", "az", """
            echo '[{"name":"backup_1","completedTime":"2026-11-29T04:00:00+00:00"},{"name":"backup_2","completedTime":"2026-11-30T04:00:00+00:00"}]'
            """, "backup_2", "az postgres flexible-server restore --resource-group group --source-server shop --name shop-restored "
                + "--restore-time 2026-11-30T12:00:00Z");
        yield return new TestCaseData("wal-g.sh", "", "wal-g", """
            case "$1" in
              wal-verify) echo '{"integrity":{"status":"OK","details":[]}}' ;;
              *) echo '[{"backup_name":"base_000000010000000000000002","finish_time":"2026-11-30T04:00:00Z","is_permanent":false}]' ;;
            esac
            """, "base_000000010000000000000002", "wal-g backup-fetch");
    }

    [TestCaseSource(nameof(Scripts))]
    public async Task Print_what_the_schema_describes_and_DbGate_reads(
        string script, string arguments, string program, string fake, string backup, string recovery)
    {
        var said = (await RunAsync(script, arguments, program, fake)).Succeeded();

        var schema = new JsonSchema(JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/schemas/external-backup.schema.json"))).RootElement);
        Assert.That(schema.Validate(JsonDocument.Parse(said.Output).RootElement), Is.Empty);
        var read = ExternalEngine.Read(said.Output, Target);
        Assert.That(read.Label, Is.EqualTo(backup));
        var lines = new ExternalEngine(new()).RecoveryLines(
            read, new("dbgate_point", "0/1", "", new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero)));
        Assert.That(lines[0], Does.StartWith(recovery));
    }

    [TestCase("rds.sh", "shop", "aws", """echo '{"DBSnapshots":[],"DBInstances":[]}'""")]
    [TestCase("cloud-sql.sh", "shop", "gcloud", "echo '[]'")]
    [TestCase("azure.sh", "group shop", "az", "echo '[]'")]
    [TestCase(
        "wal-g.sh", "", "wal-g",
        """case "$1" in wal-verify) echo '{"integrity":{"status":"FAILURE"}}' ;; *) echo '[{"backup_name":"b"}]' ;; esac""")]
    [TestCase("wal-g.sh", "", "wal-g", "exit 1")]
    public async Task Fail_when_there_is_no_backup(string script, string arguments, string program, string fake) =>
        Assert.That((await RunAsync(script, arguments, program, fake)).ExitCode, Is.Not.Zero);

    async Task<ShellResult> RunAsync(string script, string arguments, string program, string fake)
    {
        var path = Path.Combine(folder, program);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{fake}\n");
        (await Shell.RunAsync("chmod", ["755", path])).Succeeded();
        return await Shell.RunAsync(
            Path.Combine(Repository.Root, "docs/backup-engines", script), arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            environment: new Dictionary<string, string?> { ["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}" });
    }
}
