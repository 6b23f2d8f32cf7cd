using System.Text.Json;
using CsCheck;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
public sealed class ConnectionUrls
{
    const string Source = "DATABASE_URL in .env";

    static readonly Gen<string> Part =
        Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u00a1', '\u04ff']), 1, 24].Where(text => !text.Any(char.IsControl));

    [Test]
    public void Are_read_into_parts()
    {
        var url = Parse(
            "postgresql://app:s%3Acret@db.example.com:6000/shop"
                + "?schema=sales&sslmode=require&sslaccept=strict&connection_limit=5&pool_timeout=7");

        Assert.Multiple(() =>
        {
            Assert.That(url.Host, Is.EqualTo("db.example.com"));
            Assert.That(url.Port, Is.EqualTo(6000));
            Assert.That(url.Database, Is.EqualTo("shop"));
            Assert.That(url.User, Is.EqualTo("app"));
            Assert.That(url.Password, Is.EqualTo("s:cret"));
            Assert.That(url.Schema, Is.EqualTo("sales"));
            Assert.That(url.SslMode, Is.EqualTo(SslMode.Require));
            Assert.That(url.SslAccept, Is.EqualTo(SslAccept.Strict));
            Assert.That(url.Source, Is.EqualTo(Source));
        });
    }

    [Test]
    public void Have_the_defaults_of_Prisma_where_they_say_nothing()
    {
        var url = Parse("postgres://app@db/shop");

        Assert.That(
            (url.Port, url.Schema, url.Password, url.SslMode, url.PgBouncer),
            Is.EqualTo((5432, "public", (string?)null, (SslMode?)null, false)));
    }

    [TestCase("postgresql://app@[::1]:5433/shop", "::1", 5433)]
    [TestCase("postgresql://app@[2001:db8::7]/shop", "2001:db8::7", 5432)]
    [TestCase("postgresql://app@localhost:5433/shop?host=/var/run/postgresql", "/var/run/postgresql", 5433)]
    [TestCase("postgresql://app@/shop?host=/tmp", "/tmp", 5432)]
    [TestCase("postgresql://app@%2Fvar%2Frun%2Fpostgresql/shop", "/var/run/postgresql", 5432)]
    [TestCase("postgresql://app@wrong/shop?host=right.example.com", "right.example.com", 5432)]
    [TestCase("POSTGRESQL://app@db/shop", "db", 5432)]
    public void Name_a_host_in_every_way_that_Prisma_and_libpq_know(string text, string host, int port) =>
        Assert.That((Parse(text).Host, Parse(text).Port), Is.EqualTo((host, port)));

    [Test]
    public void Take_the_last_at_sign_of_the_authority_as_Prisma_does() =>
        Assert.That(Parse("postgresql://app:a@b@db/shop").Password, Is.EqualTo("a@b"));

    [Test]
    public void Read_a_plus_in_a_parameter_as_a_space_as_Prisma_does() =>
        Assert.That(Parse("postgresql://app@db/shop?options=-c+search_path%3Dapp").Options, Is.EqualTo("-c search_path=app"));

    [TestCase("", "DBG0020")]
    [TestCase("  ", "DBG0020")]
    [TestCase("postgresql://app:pw@db:port/shop", "DBG0020")]
    [TestCase("postgresql://app:pw@db:0/shop", "DBG0020")]
    [TestCase("postgresql://app:pw@db:65536/shop", "DBG0020")]
    [TestCase("postgresql://app:pw@db:/shop", "DBG0020")]
    [TestCase("postgresql://app:pw@[::zz]/shop", "DBG0020")]
    [TestCase("postgresql://app:pw@::1/shop", "DBG0020")]
    [TestCase("postgresql://app:pw@d b/shop", "DBG0020")]
    [TestCase("mysql://app:pw@db/shop", "DBG0021")]
    [TestCase("file:./dev.db", "DBG0021")]
    [TestCase("postgresql:app", "DBG0021")]
    [TestCase("\"postgresql://app@db/shop\"", "DBG0021")]
    [TestCase("prisma://accelerate.prisma-data.net/?api_key=k", "DBG0022")]
    [TestCase("prisma+postgres://localhost:51213/?api_key=k", "DBG0022")]
    [TestCase("postgresql://app@a,b/shop", "DBG0023")]
    [TestCase("postgresql://app@a:1,b:2/shop", "DBG0023")]
    [TestCase("postgresql://app@a/shop?host=b,c", "DBG0023")]
    [TestCase("postgresql://app@db/shop?sslmode=require&sslmode=disable", "DBG0024")]
    [TestCase("postgresql://app@db/shop?dbname=other", "DBG0024")]
    [TestCase("postgresql://app@db/shop?password=pw", "DBG0024")]
    [TestCase("postgresql://app:p%zz@db/shop", "DBG0025")]
    [TestCase("postgresql://app:p%2@db/shop", "DBG0025")]
    [TestCase("postgresql://app:p%ff@db/shop", "DBG0025")]
    [TestCase("postgresql://app:p%00@db/shop", "DBG0025")]
    [TestCase("postgresql://app:p%0A@db/shop", "DBG0025")]
    [TestCase("postgresql://app:p#w@db/shop", "DBG0025")]
    [TestCase("postgresql://app:p/w@db/shop", "DBG0025")]
    [TestCase("postgresql://app:p?w@db/shop", "DBG0025")]
    [TestCase("postgresql://app:pw@db/shop\n", "DBG0025")]
    [TestCase("postgresql://app:pw@db/shop ", "DBG0025")]
    [TestCase("postgresql://app@db/shop/more", "DBG0025")]
    [TestCase("postgresql://app@db/shop?sslmode", "DBG0025")]
    [TestCase("postgresql://app@db", "DBG0026")]
    [TestCase("postgresql://app@db/", "DBG0026")]
    [TestCase("postgresql://app@db/?sslmode=require", "DBG0026")]
    [TestCase("postgresql://app@/shop", "DBG0026")]
    [TestCase("postgresql://db/shop", "DBG0026")]
    [TestCase("postgresql://:pw@db/shop", "DBG0026")]
    [TestCase("postgresql://app@db/shop?sslmode=no-verify", "DBG0027")]
    [TestCase("postgresql://app@db/shop?connection_limit=many", "DBG0027")]
    [TestCase("postgresql://app@db/shop?connection_limit=0", "DBG0027")]
    [TestCase("postgresql://app@db/shop?connect_timeout=-1", "DBG0027")]
    [TestCase("postgresql://app@db/shop?pgbouncer=1", "DBG0027")]
    [TestCase("postgresql://app@db/shop?schema=", "DBG0027")]
    public void Are_refused_with_a_code(string text, string code)
    {
        var problem = Refusal(text);

        Assert.Multiple(() =>
        {
            Assert.That(problem.Code.Id, Is.EqualTo(code));
            Assert.That(problem.Code.ExitCode, Is.EqualTo(ExitCode.Usage));
            Assert.That($"{problem.Message} {problem.Fix}", Does.Contain(Source));
            Assert.That(problem.Cause, Is.Not.Empty);
            Assert.That(problem.State, Is.EqualTo(DatabaseState.NotContacted));
        });
    }

    [Test]
    public void Give_back_any_user_password_and_database() =>
        Gen.Select(Part, Part, Part).Sample((user, password, database) =>
        {
            var text =
                $"postgresql://{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}@db:7/"
                    + $"{Uri.EscapeDataString(database)}?schema=s";
            var url = Parse(text);

            return (url.User, url.Password, url.Database) == (user, password, database)
                && url.Reveal() == text
                && Parse(url.Reveal()) == url;
        });

    // The secret is long and of letters that no message is made of, so that finding it is no accident.
    static readonly Gen<string> Secret =
        Gen.Select(
            Gen.String[Gen.Char["ÄÖÜ¡¿§"], 8, 12], Gen.String[Gen.Char["ÄÖÜ@:/?#%&=+, []\\'\"\t\n$"], 0, 6],
            Gen.String[Gen.Char["ÄÖÜ¡¿§"], 8, 12],
            (start, middle, end) => start + middle + end);

    [Test]
    public void Never_show_a_piece_of_the_password_however_badly_it_is_encoded() =>
        Gen.Select(
            Secret,
            Gen.OneOf(
                new[] { "{0}@db/shop", "{0}@db:5432/shop?sslmode=require", "{0}@db", "{0}@a,b/shop", "{0}@db/shop?x=1&x=2" }.Select(
                    Gen.Const).ToArray())).Sample((secret, shape) =>
        {
            try
            {
                var url = PostgresUrl.Parse("postgresql://app:" + string.Format(shape, secret), Source);
                return IsClean($"{url} {url.Redacted} {JsonSerializer.Serialize(url)} {url.Host} {url.Database} {url.User}", secret);
            }
            catch (GateException refusal)
            {
                return IsClean($"{refusal} {refusal.Problem}", secret);
            }
        });

    [Test]
    public void Print_themselves_without_the_password()
    {
        var url = Parse("postgresql://app:geheim@db/shop?sslmode=require&sslpassword=offen&mystery=auch");

        Assert.That(url.ToString(), Is.EqualTo("postgresql://app:***@db:5432/shop?sslmode=require&sslpassword=***&mystery=***"));
    }

    [Test]
    public void Know_every_spelling_of_their_secrets()
    {
        var url = Parse("postgresql://app:a%3a%2fb%5Cc'd@db/shop?sslpassword=two%20words");

        Assert.That(
            url.Secrets,
            Is.SupersetOf(
                new[] { "a:/b\\c'd", "a%3A%2Fb%5Cc%27d", "a%3a%2fb%5Cc'd", "a\\:/b\\\\c'd", "a:/b\\c''d", "two words", "two+words",
                    url.Reveal() }));
    }

    [Test]
    public void Have_no_secrets_without_a_password() => Assert.That(Parse("postgresql://app@db/shop").Secrets, Is.Empty);

    [TestCase("verify-full", "verify-full")]
    [TestCase("verify-ca", "verify-ca")]
    [TestCase("allow", "allow")]
    [TestCase("require", null)]
    [TestCase("prefer", null)]
    [TestCase("disable", null)]
    public void Tell_which_modes_Prisma_would_weaken(string mode, string? weakened) =>
        Assert.That(Parse($"postgresql://app@db/shop?sslmode={mode}").SslModeWeakenedByPrisma, Is.EqualTo(weakened));

    [Test]
    public void Take_sslcert_for_the_authority_as_Prisma_does_and_for_the_client_beside_a_key()
    {
        var prisma = Parse("postgresql://app@db/shop?sslcert=ca.pem");
        var libpq = Parse("postgresql://app@db/shop?sslcert=client.pem&sslkey=client.key&sslrootcert=ca.pem");

        Assert.That((prisma.RootCertificate, prisma.ClientCertificate), Is.EqualTo(("ca.pem", (string?)null)));
        Assert.That((libpq.RootCertificate, libpq.ClientCertificate, libpq.ClientKey), Is.EqualTo(("ca.pem", "client.pem", "client.key")));
    }

    [Test]
    public void Lead_to_another_database_of_the_same_server() =>
        Assert.That(
            Parse("postgresql://app:pw@db/shop?schema=s").WithDatabase("od d/\"").Reveal(),
            Is.EqualTo("postgresql://app:pw@db:5432/od%20d%2F%22?schema=s"));

    [TestCase("localhost", true)]
    [TestCase("127.0.0.9", true)]
    [TestCase("[::1]", true)]
    [TestCase("db.example.com", false)]
    [TestCase("10.0.0.1", false)]
    public void Know_whether_the_server_is_on_this_machine(string host, bool local) =>
        Assert.That(Parse($"postgresql://app@{host}/shop").IsLocal, Is.EqualTo(local));

    static bool IsClean(string shown, string secret) =>
        !shown.AsSpan().ContainsAny("ÄÖÜ¡¿§") && !shown.Contains(secret, StringComparison.Ordinal);

    static PostgresUrl Parse(string text) => PostgresUrl.Parse(text, Source);

    static Problem Refusal(string text) => Assert.Throws<GateException>(() => Parse(text))!.Problem;
}
