using DbGate.Postgres;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
sealed class TlsChoice
{
    [TestCase("db", "", false, SslMode.Prefer)]
    [TestCase("db", "", true, SslMode.Require)]
    [TestCase("db", "sslmode=disable", false, SslMode.Disable)]
    [TestCase("db", "sslmode=disable", true, SslMode.Require)]
    [TestCase("db", "sslmode=allow", false, SslMode.Prefer)]
    [TestCase("db", "sslmode=require", false, SslMode.Require)]
    [TestCase("db", "sslmode=require&sslaccept=strict", false, SslMode.VerifyFull)]
    [TestCase("db", "sslmode=require&sslcert=ca.pem", false, SslMode.VerifyFull)]
    [TestCase("db", "sslmode=require&sslcert=ca.pem&sslaccept=accept_invalid_certs", false, SslMode.Require)]
    [TestCase("db", "sslmode=require&sslcert=c.pem&sslkey=c.key", false, SslMode.Require)]
    [TestCase("db", "sslmode=verify-ca&sslrootcert=ca.pem", true, SslMode.VerifyCa)]
    [TestCase("db", "sslmode=verify-full", false, SslMode.VerifyFull)]
    [TestCase("db", "sslrootcert=system", false, SslMode.VerifyFull)]
    [TestCase("localhost", "", true, SslMode.Prefer)]
    [TestCase("127.0.0.1", "sslmode=disable", true, SslMode.Disable)]
    [TestCase("localhost", "host=/tmp&sslmode=require", true, SslMode.Disable)]
    public void Verifies_where_it_can_and_never_falls_below_the_URL(string host, string parameters, bool demanded, SslMode mode) =>
        Assert.That(Tls.For(PostgresUrl.Parse($"postgresql://app@{host}/shop?{parameters}", "TEST"), demanded).Mode, Is.EqualTo(mode));
}
