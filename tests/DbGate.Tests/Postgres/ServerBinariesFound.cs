using DbGate.Postgres;
using DbGate.Scratch;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
public sealed class ServerBinariesFound
{
    [TestCase("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15, 18)]
    [TestCase("postgres (PostgreSQL) 14.22", 14, 22)]
    [TestCase("postgres (PostgreSQL) 18.0 (Homebrew)", 18, 0)]
    [TestCase("postgres (PostgreSQL) 19beta2", 19, 0)]
    public void Know_their_version(string said, int major, int minor) =>
        Assert.That(ServerBinaries.ParseVersion(said), Is.EqualTo(new Version(major, minor)));

    [TestCase("")]
    [TestCase("postgres: command not found")]
    [TestCase("pg_dump 15.18")]
    public void Are_nothing_else(string said) => Assert.That(ServerBinaries.ParseVersion(said), Is.Null);
}
