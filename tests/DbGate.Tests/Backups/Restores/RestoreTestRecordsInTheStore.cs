using System.Security.Cryptography;
using System.Text;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Signing;
using DbGate.Storage;
using DbGate.Storage.Local;

namespace DbGate.Tests.Backups.Restores;

[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RestoreTestRecordsInTheStore : IDisposable
{
    const string Archive = "shop_production_20261122_060000.sql.gz";
    static readonly DateTimeOffset Day = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly RestoreTestReport Report = new()
    {
        Tool = "DbGate 1.0",
        Archive = Archive,
        ManifestSha256 = new string('a', 64),
        Environment = "production",
        Database = "shop",
        Level = VerificationLevel.Restored,
        Passed = true,
        TestedAt = Day,
        RestoreTime = TimeSpan.FromSeconds(21.5),
        CompareTime = TimeSpan.FromSeconds(4),
        ServerVersion = 150018,
        Tables = 306,
        Rows = 10_350_000,
        ForeignKeys = 12,
        Indexes = 300,
        Findings = ["DBG0718: a \"finding\""],
        NotChecked = [],
    };

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-records-");
    readonly SigningKey key = NewKey();

    IObjectStore Store => new LocalStore(folder.FullName);

    public void Dispose()
    {
        folder.Delete(recursive: true);
        key.Dispose();
    }

    [Test]
    public void Say_again_what_was_written()
    {
        var (report, signature) = RestoreTestRecords.Parse(RestoreTestRecords.Serialize(Report, null), "record", null);

        Assert.That(
            (report.Archive, report.RestoreTime, report.Findings[0], signature),
            Is.EqualTo((Archive, Report.RestoreTime, Report.Findings[0], SignatureState.NotSigned)));
    }

    [Test]
    public void Are_valid_only_under_the_key_that_signed_them()
    {
        using var other = NewKey();
        var bytes = RestoreTestRecords.Serialize(Report, key);

        Assert.That(RestoreTestRecords.Parse(bytes, "record", key).Signature, Is.EqualTo(SignatureState.Valid));
        Assert.That(RestoreTestRecords.Parse(bytes, "record", other).Signature, Is.EqualTo(SignatureState.Invalid));
    }

    [Test]
    public void Are_invalid_when_one_digit_was_altered()
    {
        var text =
            Encoding.UTF8.GetString(RestoreTestRecords.Serialize(Report, key))
                .Replace("2026-11-01", "2026-12-01", StringComparison.Ordinal);

        Assert.That(RestoreTestRecords.Parse(Encoding.UTF8.GetBytes(text), "record", key).Signature, Is.EqualTo(SignatureState.Invalid));
    }

    [Test]
    public async Task Count_when_they_passed_in_full()
    {
        await RestoreTestRecords.WriteAsync(Store, Report, null, CancellationToken.None);
        await RestoreTestRecords.WriteAsync(Store, Report with { TestedAt = Day.AddDays(1), Passed = false }, null, CancellationToken.None);
        await RestoreTestRecords.WriteAsync(
            Store, Report with { TestedAt = Day.AddDays(2), Level = VerificationLevel.SchemaRestored }, null, CancellationToken.None);

        var found = await RestoreTestRecords.FindNewestAsync(Store, "production", null, null, CancellationToken.None);

        Assert.That(found?.TestedAt, Is.EqualTo(Day));
    }

    [Test]
    public async Task Count_for_their_own_environment_only()
    {
        await RestoreTestRecords.WriteAsync(Store, Report, null, CancellationToken.None);

        Assert.That(await RestoreTestRecords.FindNewestAsync(Store, "staging", null, null, CancellationToken.None), Is.Null);
    }

    [TestCase("shop", true)]
    [TestCase("billing", false)]
    public async Task Count_for_their_own_database_only(string database, bool counts)
    {
        await RestoreTestRecords.WriteAsync(Store, Report, null, CancellationToken.None);

        Assert.That(
            await RestoreTestRecords.FindNewestAsync(Store, "production", database, null, CancellationToken.None) is not null,
            Is.EqualTo(counts));
        Assert.That(
            await RestoreTestRecords.NewestAsync(Store, "production", database, null, 9, CancellationToken.None),
            Has.Count.EqualTo(counts ? 1 : 0));
    }

    [Test]
    public async Task Count_only_with_the_signature_where_a_key_is_set()
    {
        await RestoreTestRecords.WriteAsync(Store, Report, null, CancellationToken.None);
        Assert.That(await RestoreTestRecords.FindNewestAsync(Store, "production", null, key, CancellationToken.None), Is.Null);

        await RestoreTestRecords.WriteAsync(Store, Report with { TestedAt = Day.AddDays(1) }, key, CancellationToken.None);
        Assert.That(
            (await RestoreTestRecords.FindNewestAsync(Store, "production", null, key, CancellationToken.None))?.TestedAt,
            Is.EqualTo(Day.AddDays(1)));
    }

    [Test]
    public async Task Are_no_younger_than_the_store_says()
    {
        await RestoreTestRecords.WriteAsync(
            Store, Report with { TestedAt = new(2999, 1, 1, 0, 0, 0, TimeSpan.Zero) }, null, CancellationToken.None);

        Assert.That(
            (await RestoreTestRecords.FindNewestAsync(Store, "production", null, null, CancellationToken.None))!.TestedAt,
            Is.LessThan(DateTimeOffset.UtcNow.AddDays(1)));
    }

    [TestCase("{")]
    [TestCase("null")]
    [TestCase("{\"record\": {}}")]
    public async Task That_are_damaged_hide_no_others(string text)
    {
        await RestoreTestRecords.WriteAsync(Store, Report, null, CancellationToken.None);
        await Store.WriteBytesAsync(
            RestoreTestRecords.KeyOf(Archive, Day.AddDays(1)), Encoding.UTF8.GetBytes(text), CancellationToken.None);

        Assert.That(
            (await RestoreTestRecords.FindNewestAsync(Store, "production", null, null, CancellationToken.None))?.TestedAt, Is.EqualTo(Day));
    }

    [Test]
    public async Task Copied_beside_another_archive_count_for_neither()
    {
        await Store.WriteBytesAsync(
            RestoreTestRecords.KeyOf("shop_production_20261123_060000.sql.gz", Day), RestoreTestRecords.Serialize(Report, key),
            CancellationToken.None);

        Assert.That(await RestoreTestRecords.FindNewestAsync(Store, "production", null, null, CancellationToken.None), Is.Null);
        Assert.That(await RestoreTestRecords.ReadAllAsync(Store, null, CancellationToken.None), Is.Empty);
    }

    static SigningKey NewKey()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SigningKey.Load(pair.ExportPkcs8PrivateKeyPem(), "a test");
    }
}
