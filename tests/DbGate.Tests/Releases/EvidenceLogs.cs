using System.Security.Cryptography;
using DbGate.Backups.Manifests;
using DbGate.Releases.Evidence;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EvidenceLogs : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-evidence-");

    IObjectStore Store => ObjectStores.Open(new StoreOptions.Folder(folder.FullName));

    public void Dispose() => folder.Delete(recursive: true);

    [Test]
    public async Task Chain_their_records()
    {
        await AppendAsync(3);
        var report = await AuditAsync();

        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Records.Select(record => record.Sequence), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(report.Records.Select(record => record.Previous).Distinct().Count(), Is.EqualTo(3));
        Assert.That(report.NotChecked, Has.Some.Contains("none is signed"));
    }

    [Test]
    public async Task Give_each_of_two_writers_a_number_of_its_own()
    {
        var (one, other) = (new EvidenceLog(Store, null), new EvidenceLog(Store, null));
        await one.AppendAsync(Entry("a"), default);
        await other.AppendAsync(Entry("b"), default);
        await one.AppendAsync(Entry("c"), default);
        await other.AppendAsync(Entry("d"), default);

        var report = await AuditAsync();
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Records.Select(record => record.Summary), Is.EqualTo(new[] { "a", "b", "c", "d" }));
    }

    [Test]
    public async Task Keep_one_chain_when_many_write_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var log = new EvidenceLog(Store, null);
            for (var i = 0; i < 5; i++)
            {
                await log.AppendAsync(Entry($"{writer}/{i}"), default);
            }
        })));

        var report = await AuditAsync();
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Records.Select(record => record.Summary).Distinct().Count(), Is.EqualTo(40));
    }

    [Test]
    public async Task Show_a_gap()
    {
        await AppendAsync(5);
        Delete(3);

        Assert.That(
            (await AuditAsync()).Problems.Select(problem => problem.Message),
            Is.EqualTo(new[] { "record 3 of the evidence log is missing" }));
    }

    [Test]
    public async Task Show_that_their_beginning_is_gone()
    {
        await AppendAsync(4);
        Delete(1);
        Delete(2);

        Assert.That(
            (await AuditAsync()).Problems.Select(problem => problem.Message),
            Is.EqualTo(new[] { "records 1 to 2 of the evidence log are missing" }));
    }

    [Test]
    public async Task Show_an_edit()
    {
        await AppendAsync(3);
        Edit(2, text => text.Replace("blocked", "passed"));

        Assert.That(
            (await AuditAsync()).Problems.Single(),
            Has.Property("Code")
                .Property("Id")
                .EqualTo("DBG0521").And.Property("Message")
                .EqualTo("record 2 of the evidence log was edited"));
    }

    [Test]
    public async Task Show_that_two_records_changed_places()
    {
        await AppendAsync(3);
        var (first, second) = (File.ReadAllText(PathOf(1)), File.ReadAllText(PathOf(2)));
        Edit(1, _ => second);
        Edit(2, _ => first);

        Assert.That((await AuditAsync()).Problems.Count(problem => problem.IsBlocking), Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public async Task Show_a_file_that_is_no_record()
    {
        await AppendAsync(2);
        Edit(2, _ => "{");
        File.WriteAllText(Path.Combine(folder.FullName, "evidence", "notes.json"), "{}");

        Assert.That(
            (await AuditAsync()).Problems.Select(problem => problem.Severity),
            Is.EquivalentTo(new[] { DbGate.Problems.Severity.Warning, DbGate.Problems.Severity.Error }));
    }

    [Test]
    public async Task Prove_by_a_kept_head_that_no_end_was_cut_off()
    {
        await AppendAsync(4);
        var head = (await AuditAsync()).Head!;
        await AppendAsync(2);
        Assert.That((await AuditAsync(anchor: head)).Problems, Is.Empty);

        Delete(6);
        Delete(5);
        Delete(4);
        Assert.That((await AuditAsync()).Problems, Is.Empty, "a chain alone does not know its end");
        Assert.That((await AuditAsync(anchor: head)).Problems.Single().Code.Id, Is.EqualTo("DBG0520"));
    }

    [Test]
    public async Task Hold_their_signatures_against_the_key()
    {
        using var key = NewKey();
        using var foreign = NewKey();
        await AppendAsync(2, key);

        Assert.That((await AuditAsync(key)).Problems, Is.Empty);
        var broken = (await AuditAsync(foreign)).Problems.Single();
        Assert.That((broken.Code.Id, broken.Message), Is.EqualTo(
            ("DBG0522", "the signatures of 2 records do not hold: altered, or signed by another key (records 1, 2)")));
        Assert.That((await AuditAsync()).NotChecked, Has.Some.Contains("signatures"));
    }

    [Test]
    public async Task Show_an_edit_of_the_newest_record_when_it_is_signed()
    {
        using var key = NewKey();
        await AppendAsync(2, key);
        Edit(2, text => text.Replace("blocked", "passed"));

        Assert.That((await AuditAsync(key)).Problems.Single().Code.Id, Is.EqualTo("DBG0522"));
    }

    [Test]
    public async Task Show_a_record_that_is_unsigned_among_signed_ones()
    {
        using var key = NewKey();
        await AppendAsync(1, key);
        await AppendAsync(1);
        Assert.That((await AuditAsync(key)).Problems.Single().Message, Does.Contain("record 2").And.Contain("not signed"));
    }

    [Test]
    public async Task Show_that_all_signatures_were_taken_out_where_a_key_is_set()
    {
        using var key = NewKey();
        await AppendAsync(13);

        var problem = (await AuditAsync(key)).Problems.Single();
        Assert.That(problem.Code.Id, Is.EqualTo("DBG0522"));
        Assert.That(problem.Message, Does.Contain("13 records").And.Contain("1, 2, 3 and 10 more, up to 13"));
    }

    [Test]
    public async Task Need_no_signature_up_to_a_head_that_somebody_kept_before_there_was_a_key()
    {
        using var key = NewKey();
        await AppendAsync(2);
        var head = (await AuditAsync()).Head;
        await AppendAsync(1, key);

        Assert.That((await AuditAsync(key, head)).Problems, Is.Empty);
        Assert.That((await AuditAsync(key)).Problems.Single().Message, Does.Contain("2 records").And.Contain("records 1, 2)"));
    }

    [Test]
    public async Task Warn_of_a_deploy_without_an_outcome()
    {
        var log = new EvidenceLog(Store, null);
        await log.AppendAsync(Entry("a") with { Outcome = "began" }, default);
        await log.AppendAsync(Entry("b") with { Outcome = "passed" }, default);
        await log.AppendAsync(Entry("c") with { Outcome = "began" }, default);

        var problem = (await AuditAsync()).Problems.Single();
        Assert.That(problem, Has.Property("Cause").StartsWith("record 3: c").And.Property("IsBlocking").False);
    }

    internal static SigningKey NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SigningKey.Load(key.ExportECPrivateKeyPem(), "a test");
    }

    static EvidenceRecord Entry(string summary) => new()
    {
        At = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero),
        Kind = "migrate-deploy",
        Outcome = "blocked",
        Environment = "production",
        Actor = "ana",
        Tool = "DbGate 1.0",
        Summary = summary,
    };

    async Task AppendAsync(int count, SigningKey? key = null)
    {
        var log = new EvidenceLog(Store, key);
        for (var i = 0; i < count; i++)
        {
            await log.AppendAsync(Entry($"entry {i}"), default);
        }
    }

    async Task<AuditReport> AuditAsync(SigningKey? key = null, string? anchor = null) =>
        EvidenceAudit.Verify(await new EvidenceLog(Store, null).ReadAllAsync(default).ToListAsync(), key, anchor);

    string PathOf(int sequence) => Path.Combine(folder.FullName, "evidence", $"{sequence:00000000}.json");

    void Delete(int sequence) => File.Delete(PathOf(sequence));

    void Edit(int sequence, Func<string, string> edit)
    {
        var text = File.ReadAllText(PathOf(sequence));
        File.Delete(PathOf(sequence));
        File.WriteAllText(PathOf(sequence), edit(text));
        Assert.That(File.ReadAllText(PathOf(sequence)), Is.Not.EqualTo(text));
    }
}
