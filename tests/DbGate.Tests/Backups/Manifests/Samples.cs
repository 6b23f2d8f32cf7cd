using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Dump;
using DbGate.Backups.Manifests;

namespace DbGate.Tests.Backups.Manifests;

static class Samples
{
    public static readonly DateTimeOffset Time = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);

    public static BackupManifest Manifest(int members = 3)
    {
        ArchiveMember[] all =
        [
            .. Enumerable.Range(0, members).Select(i =>
                new ArchiveMember(i * 100, 100, 1000, new TableDigest(10, (UInt128)i << 100), Enumerable.Repeat((byte)i, 32).ToArray())),
        ];
        return new()
        {
            Tool = "DbGate 1.0",
            Environment = "production",
            Archive = new(
                "shop_production_20261122_060000.sql.gz", members * 100, new string('a', 64), members * 1000, "2", "copy", "15.18",
                "15.18", true),
            Source = new(
                "7711", 16384, "shop", 150018, "15.18", false, "0/1", "UTF8", "C", "C", "libc", null,
                new Dictionary<string, string> { ["lc_monetary"] = "C" }, 1000),
            Times = new(Time, Time, Time, Time),
            Verification = new("L1", ["/backups"]),
            Parts = [new(PartKind.Data, 0, members)],
            Tables = [new("public", "\"Größe\" der <Wallets>", members * 10, new string('0', 32), 0, members)],
            Sequences = [new("public", "s", long.MaxValue, true)],
            MaterializedViews = [],
            Extensions = [],
            LargeObjects = new(0, 0, new string('0', 32)),
            Roles = ["app"],
            NotIncluded = [],
            Findings = [],
            Members = MemberTable.From(all),
        };
    }
}
