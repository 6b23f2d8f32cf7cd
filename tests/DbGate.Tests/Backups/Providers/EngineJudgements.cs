using DbGate.Backups.Providers;
using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Tests.Backups.Providers;

/// <summary>What the engines print, read and judged without them.</summary>
[Parallelizable(ParallelScope.All)]
sealed class EngineJudgements
{
    const long Size = 16 << 20;

    const string Info = """
        [{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000003","min":"000000010000000000000001"}],
        "backup":[{"archive":{"start":"000000010000000000000002","stop":"000000010000000000000002"},"database":{"id":1,"repo-key":1},
        "error":false,"info":{"size":26425036},"label":"20261130-214231F","timestamp":{"start":1796074951,"stop":1796074952},"type":"full"}],
        "db":[{"id":1,"repo-key":1,"system-id":7714083169009307336,"version":"15"}],"name":"main","status":{"code":0,"message":"ok"}}]
        """;

    const string Verified = """
        stanza: main
        status: ok
          archiveId: 15-1, total WAL checked: 3, total valid WAL: 3
            missing: 0, checksum invalid: 0, size invalid: 0, other: 0
          backup: 20261130-214231F, status: valid, total files checked: 968, total valid files: 968
            missing: 0, checksum invalid: 0, size invalid: 0, other: 0
        """;

    static readonly TargetIdentity Target = new("7714083169009307336", 5, "app", 150018, false);

    [Test]
    public void The_newest_backup_is_the_one_of_the_target_s_cluster()
    {
        var backup = PgBackRestInfo.Newest(Info, "", Target.SystemIdentifier, 15);
        Assert.That(
            (backup.Label, backup.FirstWal, backup.Place), Is.EqualTo(("20261130-214231F", "000000010000000000000002", "main/repo1/15-1")));
    }

    [TestCase("\"error\":false", "\"error\":true", "DBG0367")]
    [TestCase("7714083169009307336", "7714083169009307337", "DBG0365")]
    [TestCase("\"name\":\"main\"", "\"title\":\"main\"", "DBG0363")]
    [TestCase("\"size\":26425036", "\"bytes\":26425036", "DBG0363")]
    [TestCase("\"start\":\"000000010000000000000002\"", "\"start\":null", "DBG0364")]
    [TestCase("\"id\":1,\"repo-key\":1},\n\"error\"", "\"id\":2,\"repo-key\":1},\n\"error\"", "DBG0364")]
    public void A_list_that_proves_nothing_is_refused_by_name(string text, string replacement, string code) =>
        Assert.That(() => PgBackRestInfo.Newest(Info.Replace(text, replacement, StringComparison.Ordinal), "", Target.SystemIdentifier, 15),
            Failure.From(code));

    [TestCase("", "[]", "DBG0364")]
    [TestCase("other", "[]", "DBG0364")]
    [TestCase("", "no JSON", "DBG0363")]
    public void A_repository_without_a_backup_is_refused(string stanza, string json, string code) =>
        Assert.That(() => PgBackRestInfo.Newest(json, stanza, Target.SystemIdentifier, 15), Failure.From(code));

    [TestCase("status: ok", "status: error", "DBG0368")]
    [TestCase("status: ok\n", "", "DBG0363")]
    [TestCase("status: valid", "status: in-progress", "DBG0368")]
    [TestCase("backup: 20261130-214231F", "backup: 20261129-214231F", "DBG0372")]
    [TestCase("archiveId: 15-1", "archiveId: 14-1", "DBG0368")]
    [TestCase("\n", "\nstatus: ok\n", "DBG0363")]
    public void A_verification_counts_only_when_it_names_backup_and_archive(string text, string replacement, string code)
    {
        Assert.That(() => PgBackRestVerify.Judge(Verified, "15-1", "20261130-214231F"), Throws.Nothing);
        Assert.That(
            () => PgBackRestVerify.Judge(Verified.Replace(text, replacement, StringComparison.Ordinal), "15-1", "20261130-214231F"),
            Failure.From(code));
    }

    [Test]
    public void Segments_are_those_with_a_checksum() =>
        Assert.That(
            PgBackRestInfo.Segments(
                """
                {".":{"type":"path"},"0000000100000000/000000010000000000000002-589598e5.gz":{"type":"file"},
                "0000000100000000/000000010000000000000002.00000028.backup":{"type":"file"},"archive.info":{"type":"file"}}
                """,
                Size).Select(segment => segment.Name(Size)),
            Is.EqualTo(new[] { "000000010000000000000002" }));

    [TestCase("000000010000000000000002", "000000010000000000000004", "02,03,04", "")]
    [TestCase("000000010000000000000002", "000000010000000000000004", "02,04", "000000010000000000000003")]
    [TestCase("000000010000000000000002", "000000010000000000000004", "03,04", "000000010000000000000002")]
    [TestCase("000000010000000000000002", "000000010000000000000004", "02,03", "000000010000000000000004")]
    [TestCase("0000000100000000000000FE", "000000010000000100000001", "FE,FF,00000001:00,00000001:01", "")]
    [TestCase("000000010000000000000005", "000000010000000000000004", "04,05", "000000010000000000000004")]
    public void A_chain_has_each_segment(string first, string last, string present, string missing) =>
        Assert.That(
            string.Join(',', WalChain.Missing(
                WalSegment.Find(first, Size)!.Value, WalSegment.Find(last, Size)!.Value,
                present.Split(',').Select(name => name.Split(':') is [var log, var segment]
                    ? WalSegment.Find($"00000001{log}000000{segment}", Size)!.Value
                    : WalSegment.Find($"0000000100000000000000{name}", Size)!.Value),
                Size)),
            Is.EqualTo(missing));

    [Test]
    public void After_a_failover_the_numbers_go_on_in_the_next_timeline()
    {
        var (first, last) = (new WalSegment(1, 2), new WalSegment(2, 4));
        Assert.That(WalChain.Missing(first, last, [new(1, 2), new(1, 3), new(2, 3), new(2, 4)], Size), Is.Empty);
        Assert.That(
            WalChain.Missing(first, last, [new(1, 2), new(1, 3), new(1, 4)], Size), Is.EqualTo(new[] { "000000020000000000000004" }));
        Assert.That(
            WalChain.Missing(first, last, [new(1, 2), new(3, 3), new(2, 4)], Size), Is.EqualTo(new[] { "000000020000000000000003" }));
    }

    [Test]
    public void Samples_lie_within_the_table_and_contain_its_ends()
    {
        var table = new ReadableTable(1, "public", "large", 10L << 30);
        var sampled = ContentPlan.Of([table], BackupComparison.Sampled, 8192, max => 7 % max).Single();
        Assert.That((sampled.Ranges[0].From, sampled.Ranges[^1].To), Is.EqualTo(((long?)0, (long?)null)));
        Assert.That(ContentPlan.Bytes(sampled, table.Bytes, 8192), Is.InRange(16L << 20, 64L << 20));
        var complete = ContentPlan.Of([table], BackupComparison.Complete, 8192, max => 7 % max).Single();
        Assert.That(ContentPlan.Bytes(complete, table.Bytes, 8192), Is.EqualTo(table.Bytes));
        Assert.That(complete.Ranges.Zip(complete.Ranges.Skip(1)), Is.All.Matches<(EngineRange First, EngineRange Second)>(
            pair => pair.First.To == pair.Second.From));
    }

    [TestCase("""{"format":1,"engine":"aws-rds","backup":"rds:x","completedAt":"2026-11-30T12:00:00Z"}""", null)]
    [TestCase("""{"format":1,"engine":"aws-rds","backup":"rds:x","completedAt":"2026-11-30T12:00:00Z","systemIdentifier":"1"}""", "DBG0365")]
    [TestCase("""{"format":2,"engine":"aws-rds","backup":"rds:x","completedAt":"2026-11-30T12:00:00Z"}""", "DBG0363")]
    [TestCase("""{"format":1,"engine":"aws-rds","backup":"","completedAt":"2026-11-30T12:00:00Z"}""", "DBG0363")]
    [TestCase("""{"format":1,"engine":"aws-rds","backup":"x","completedAt":"2026-11-30T12:00:00Z","level":"L3"}""", "DBG0363")]
    [TestCase("null", "DBG0363")]
    [TestCase("", "DBG0363")]
    public void What_an_external_command_prints_is_read_strictly(string json, string? code)
    {
        if (code is null)
        {
            Assert.That(ExternalEngine.Read(json, Target).NotChecked, Has.Some.Contains("reads none of its bytes"));
        }
        else
        {
            Assert.That(() => ExternalEngine.Read(json, Target), Failure.From(code));
        }
    }

    [Test]
    public void Rows_of_a_transaction_that_committed_at_the_point_are_left_out_or_make_a_table_undecided()
    {
        EngineContent Content(long rows, string hash, long later) => new()
        {
            Tables = [new("public", "t", [new(null, null, rows, hash)]) { Later = later }],
            Sequences = [], ReadBytes = 1, AllBytes = 1, Running = [], NotChecked = [],
        };

        var expected = Content(3, "9", 0);
        (int, int) Found(long rows, string hash, long later) => (
            ContentComparison.Differences(expected, Content(rows, hash, later)).Count,
            ContentComparison.Undecided(expected, Content(rows, hash, later)).Count);

        Assert.Multiple(() =>
        {
            Assert.That(Found(3, "9", 0), Is.EqualTo((0, 0)));
            Assert.That(Found(3, "9", 1), Is.EqualTo((0, 0)), "it inserted only");
            Assert.That(Found(2, "5", 1), Is.EqualTo((0, 1)), "it updated");
            Assert.That(Found(2, "5", 0), Is.EqualTo((1, 0)));
            Assert.That(Found(3, "8", 0), Is.EqualTo((1, 0)));
        });
    }

    [Test]
    public void A_backup_label_is_read()
    {
        const string Label = "START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\nCHECKPOINT LOCATION: 0/2000060\n"
            + "START TIME: 2026-11-30 21:42:31 UTC\n";
        Assert.That(BaseBackupLabel.Find(Label), Is.EqualTo(new BaseBackupLabel(
            "0/2000028", "000000010000000000000002", new DateTimeOffset(2026, 11, 30, 21, 42, 31, TimeSpan.Zero), false)));
        Assert.That(BaseBackupLabel.Find(Label + "INCREMENTAL FROM LSN: 0/1000028\n")!.IsIncremental);
        Assert.That(BaseBackupLabel.Find("START TIME: 2026-11-30 21:42:31 UTC\n"), Is.Null);
    }

    [TestCase("""{"main":[{"backup_id":"1","status":"DONE"},{"backup_id":"2","status":"DONE"}]}""", "2", null)]
    [TestCase("""{"main":[{"backup_id":"2","status":"DONE"},{"backup_id":"3","status":"STARTED"}]}""", "2", null)]
    [TestCase("""{"main":[{"backup_id":"2","status":"DONE"},{"backup_id":"3","status":"FAILED"}]}""", null, "DBG0367")]
    [TestCase("""{"main":[{"backup_id":"1","status":"FAILED"},{"backup_id":"2","status":"DONE"}]}""", "2", null)]
    [TestCase("""{"main":[]}""", null, "DBG0364")]
    [TestCase("""{"other":[]}""", null, "DBG0363")]
    [TestCase("""{"_ERROR":["Unknown server"]}""", null, "DBG0363")]
    public void The_newest_backup_of_Barman_is_complete_and_no_newer_one_failed(string json, string? id, string? code)
    {
        if (code is null)
        {
            Assert.That(BarmanInfo.Newest(json, "main"), Is.EqualTo(id));
        }
        else
        {
            Assert.That(() => BarmanInfo.Newest(json, "main"), Failure.From(code));
        }
    }
}
