using DbGate.Backups;
using DbGate.Storage;

namespace DbGate.Tests.Backups;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class BackupNames
{
    static readonly DateTimeOffset Time = new(2026, 11, 22, 7, 0, 0, 999, TimeSpan.FromHours(1));

    [Test]
    public void Carry_database_environment_and_time_in_UTC() =>
        Assert.That(BackupName.For("shop", "production", Time).Key, Is.EqualTo("shop_production_20261122_060000.sql.gz"));

    [TestCase("shop")]
    [TestCase("my_shop_2")]
    [TestCase("../../etc/passwd")]
    [TestCase("Größe \"x\"; rm -rf /")]
    [TestCase("...")]
    [TestCase(" ")]
    public void Are_made_of_harmless_characters_and_read_back(string database)
    {
        var name = BackupName.For(database, "staging", Time);

        Assert.That(ObjectKey.IsValid(name.Key), Is.True, name.Key);
        Assert.That(BackupName.Find(name.Key), Is.EqualTo(name));
    }

    [TestCase("shop_production_20261122_060000.sql.gz.manifest.json")]
    [TestCase("shop_production_20261322_060000.sql.gz")]
    [TestCase("shop.sql.gz")]
    public void Are_nothing_else(string key) => Assert.That(BackupName.Find(key), Is.Null);
}
