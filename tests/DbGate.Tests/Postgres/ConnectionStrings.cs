using CsCheck;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Reports.Actions;
using DbGate.Targets;
using Npgsql;
using SslMode = DbGate.Postgres.SslMode;

namespace DbGate.Tests.Postgres;

/// <summary>Connection strings of Npgsql where a URL is expected.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ConnectionStrings
{
    const string Source = "variable ConnectionStrings__Shop";

    static readonly Gen<string> Part =
        Gen.String[Gen.OneOf(Gen.Char["!\"'=;:@/?#%&,[]\\ azAZ09-_"], Gen.Char['\u00a1', '\u04ff']), 1, 24]
            .Where(text => !text.Any(char.IsControl) && text.Trim().Length > 0);

    [Test]
    public void Are_read_into_parts()
    {
        var url =
            Parse(
                "Host=db.example.com;Port=6000;Database=shop;Username=app;Password=s:cret;SSL Mode=VerifyFull;Root Certificate=ca.pem");

        Assert.Multiple(() =>
        {
            Assert.That(
                (url.Host, url.Port, url.Database, url.User, url.Password, url.SslMode, url.RootCertificate, url.Source),
                Is.EqualTo(("db.example.com", 6000, "shop", "app", "s:cret", (SslMode?)SslMode.VerifyFull, "ca.pem", Source)));
            Assert.That(
                url.ToString(), Is.EqualTo("postgresql://app:***@db.example.com:6000/shop?sslmode=verify-full&sslrootcert=ca.pem"));
        });
    }

    [TestCase("Server=db;User Id=app;Password=pw;Database=shop")]
    [TestCase("host=db; user name=app ;PASSWORD=pw; Database = shop;")]
    [TestCase("Host=db:5432;Port=7;Username=app;Password=pw;Database=shop")]
    [TestCase("Host=db;Username=app;Password=pw;Database=shop;Pooling=false;Maximum Pool Size=20;Multiplexing=true;Command Timeout=9")]
    [TestCase("Host=db;Username=app;Password=pw;Database=shop;Application Name=Shop;Include Error Detail=true;Keepalive=30")]
    [TestCase("Host=db;Username=app;Password=pw;Database=shop;Include Realm=true;Check Certificate Revocation=false")]
    [TestCase("Host=db;Username=app;Password=pw;Database=shop;GSS Encryption Mode=Disable;Target Session Attributes=primary")]
    public void Have_every_name_that_Npgsql_knows_for_a_key_and_what_is_harmless(string text) =>
        Assert.That(Parse(text), Is.EqualTo(PostgresUrl.Parse("postgresql://app:pw@db:5432/shop", Source)));

    [Test]
    public void Give_back_any_password_user_and_database_as_Npgsql_does() =>
        Gen.Select(Part, Part, Part).Sample((user, password, database) =>
        {
            var text = new NpgsqlConnectionStringBuilder
            {
                Host = "db", Port = 7, Username = user, Password = password, Database = database,
            };
            var url = Parse(text.ConnectionString);

            return (url.User, url.Password, url.Database) == (user, password, database)
                && PostgresUrl.Parse(url.Reveal(), Source) == url
                && Parse(url.ToConnectionString()).Password == password;
        });

    [TestCase("Host=db;Username=app;Password=\"a;b\"\"c'd=e\";Database=shop", "a;b\"c'd=e")]
    [TestCase("Host=db;Username=app;Password='a;b\"c''d=e';Database=shop", "a;b\"c'd=e")]
    [TestCase("Host=db;Username=app;Password=a=b;Database=shop", "a=b")]
    [TestCase("Password=pw;Host=db;Username=app;Database=shop", "pw")]
    public void Hold_a_password_with_reserved_characters(string text, string password)
    {
        var url = Parse(text);

        Assert.That(url.Password, Is.EqualTo(password));
        Assert.That(url.Secrets, Is.SupersetOf(new[] { password, password.Replace("\"", "\"\""), text }.Distinct()));
    }

    [TestCase("Disable", "disable")]
    [TestCase("allow", "allow")]
    [TestCase("Prefer", "prefer")]
    [TestCase("Require", "require")]
    [TestCase("VerifyCA", "verify-ca")]
    [TestCase("VerifyFull", "verify-full")]
    public void Keep_the_mode_of_encryption(string written, string mode) =>
        Assert.That(Parse($"{Complete};SslMode={written}").Parameter("sslmode"), Is.EqualTo(mode));

    [TestCase("SSL Certificate=c.pem;SSL Key=c.key", "sslcert=c.pem&sslkey=c.key")]
    [TestCase("SSL Certificate=c.pem", "sslcert=c.pem&sslkey=c.pem")]
    [TestCase("SSL Certificate=c.pfx", "sslidentity=c.pfx")]
    [TestCase("Timeout=7;Channel Binding=Require", "channel_binding=require&connect_timeout=7")]
    public void Keep_parameters(string keys, string query) =>
        Assert.That(Parse($"{Complete};{keys}"), Is.EqualTo(PostgresUrl.Parse($"postgresql://app:pw@db/shop?{query}", Source)));

    [Test]
    public void Keep_what_every_session_begins_with()
    {
        var url = Parse($"{Complete};Search Path=sales;Timezone=Europe/Berlin;Options=-c work_mem=8MB");

        Assert.That(
            (url.Schema, url.Options), Is.EqualTo(("sales", "-c work_mem=8MB -c search_path=sales -c TimeZone=Europe/Berlin")));
        Assert.That(
            (Parse($"{Complete};Search Path=\"sales, public\"").Schema, Parse($"{Complete};Search Path=\"sales, public\"").Options),
            Is.EqualTo(("public", @"-c search_path=sales,\ public")));
    }

    [TestCase("/var/run/postgresql", "/var/run/postgresql", 5432)]
    [TestCase("::1", "::1", 5432)]
    [TestCase("[::1]:7", "::1", 7)]
    public void Name_a_host_as_Npgsql_does(string written, string host, int port)
    {
        var url = Parse($"Host={written};Username=app;Database=shop");

        Assert.That((url.Host, url.Port), Is.EqualTo((host, port)));
        Assert.That(url.Secrets, Is.Empty, "there is no password");
    }

    [TestCase("Host=db;Username=app;Database=shop;Password=geheim;b", "DBG0020", "double quotation marks")]
    [TestCase("Host=db;Username=app;Database=shop;Password=\"geheim", "DBG0020", "double quotation marks")]
    [TestCase("Host=d b;Username=app;Password=geheim;Database=shop", "DBG0020", "socket")]
    [TestCase("Host=a,b;Username=app;Password=geheim;Database=shop", "DBG0023", "primary")]
    [TestCase("Host=a;Server=b;Username=app;Password=geheim;Database=shop", "DBG0024", "Host twice")]
    [TestCase("Host=db;Username=app;Password=geheim;Database=shop\n", "DBG0025", "one line")]
    [TestCase("Username=app;Password=geheim;Database=shop", "DBG0026", "no Host")]
    [TestCase("Host=db;Username=app;Password=geheim", "DBG0026", "no Database")]
    [TestCase("Host=db;Database=shop;Password=geheim", "DBG0026", "no Username")]
    [TestCase("Host=db;Sll Mode=Require;Username=app;Password=geheim;Database=shop", "DBG0027", "sll mode")]
    [TestCase("Host=db;Username=app;Database=shop;Password=ge;heim=x", "DBG0027", "behind the password")]
    [TestCase("Host=db;Username=app;Database=shop;Password=;heim=x", "DBG0027", "behind the password")]
    [TestCase("Host=db;Username=app;Password=geheim;Database=shop;SSL Mode=verify_full", "DBG0027", "VerifyFull")]
    [TestCase("Host=db;Port=geheim;Username=app;Password=geheim;Database=shop", "DBG0027", "port")]
    [TestCase("Host=db;Port=0;Username=app;Password=geheim;Database=shop", "DBG0027", "port")]
    [TestCase("Host=db:70000;Username=app;Password=geheim;Database=shop", "DBG0027", "Port")]
    [TestCase("Host=db;Username=app;Password=geheim;Database=shop;Passfile=/x", "DBG0027", "Passfile")]
    [TestCase("Host=db;Username=app;Password=geheim;Database=shop;Require Auth=ScramSHA256", "DBG0027", "Require Auth")]
    [TestCase("Host=db;Username=app;Password=geheim;Database=shop;Target Session Attributes=standby", "DBG0027", "Target Session")]
    [TestCase("geheim=", "DBG0021", "Host=HOST")]
    [TestCase("geheim=;Host=db", "DBG0021", "Host=HOST")]
    public void Are_refused_with_a_code_and_without_a_value(string text, string code, string shown)
    {
        var refusal = Assert.Throws<GateException>(() => Parse(text))!;

        Assert.That(refusal.Problem.Code.Id, Is.EqualTo(code));
        Assert.That(refusal.Problem.Code.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That($"{refusal.Problem.Message} {refusal.Problem.Fix}", Does.Contain(shown).And.Contain(Source));
        Assert.That(refusal.ToString(), Does.Not.Contain("geheim").And.Not.Contain("heim"));
        Assert.That(refusal.InnerException, Is.Null, "the reader's own error may quote a value");
    }

    [Test]
    public void Never_show_a_piece_of_a_password_that_is_not_quoted() =>
        Gen.String[Gen.Char["ÄÖÜ;='\" "], 3, 16].Where(text => text.AsSpan().ContainsAny("ÄÖÜ")).Sample(secret =>
        {
            try
            {
                var url = Parse($"Host=db;Username=app;Database=shop;Password={secret}");
                return IsClean($"{url} {url.Host} {url.Database} {url.User}");
            }
            catch (GateException refusal)
            {
                return IsClean($"{refusal} {refusal.Problem}");
            }
        });

    static bool IsClean(string shown) => !shown.AsSpan().ContainsAny("ÄÖÜäöü");

    /// <summary>The advice for URLs, sslaccept=strict, has no key in a connection string.</summary>
    [TestCase("VerifyFull", null)]
    [TestCase("VerifyCA", null)]
    [TestCase("Require", "DBG0110")]
    [TestCase("Prefer", "DBG0102")]
    [TestCase("Allow", "DBG0102")]
    [TestCase("Disable", "DBG0102")]
    public void Are_judged_in_production_by_the_modes_of_dotnet(string mode, string? code)
    {
        var problem = DatabaseSafetyCheck.Encryption(Parse($"{Complete};SSL Mode={mode}")).SingleOrDefault();

        Assert.That(problem?.Code.Id, Is.EqualTo(code));
        Assert.That(problem is null || $"{problem.Fix}".Contains("SSL Mode=VerifyFull", StringComparison.Ordinal));
    }

    /// <summary>psql reads no such string, so a printed command has the URL; psql asks for the password.</summary>
    [Test]
    public void Are_a_URL_without_the_password_in_a_printed_command()
    {
        var url = Parse($"{Complete};SSL Mode=Require;Search Path=sales;SSL Certificate=c.pem;SSL Password=geheim");

        Assert.That(
            CommandStyle.Tool.Line(PsqlLine.From(url, "SELECT 1")),
            Does.Contain("postgresql://app@db:5432/shop?sslmode=require&sslcert=c.pem&sslkey=c.pem&options=-c%20search_path%3Dsales")
                .And.Not.Contain("geheim").And.Not.Contain("$ConnectionStrings"));
    }

    [Test]
    public void Are_masked_in_the_log_of_a_runner()
    {
        var settings = Read(new() { ["database-url-variable"] = "ConnectionStrings__Shop" }, Complete.Replace("=pw", "=\"pa;ss\""));

        Assert.That(SecretMasks.From(settings), Is.SupersetOf(new[] { "pa;ss", "pa%3Bss", Complete.Replace("=pw", "=\"pa;ss\"") }));
    }

    [Test]
    public void Are_the_target_where_their_variable_is_named() =>
        Assert.That(
            Target.Resolve(Read(new() { ["database-url-variable"] = "ConnectionStrings__Shop" }, Complete)).Url.Redacted,
            Is.EqualTo("postgresql://app:***@db:5432/shop"));

    [Test]
    public void Are_proposed_where_no_variable_is_named()
    {
        var problem = Assert.Throws<GateException>(() => Target.Resolve(Read([], Complete)))!.Problem;

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0005"));
        Assert.That($"{problem.Fix}", Does.Contain("--database-url-variable=ConnectionStrings__Shop"));
        Assert.That(
            $"{Assert.Throws<GateException>(() => Target.Resolve(Read([], "localhost:6379")))!.Problem.Fix}",
            Does.Not.Contain("ConnectionStrings"), "another service's");
    }

    [Test]
    [Category("Postgres")]
    public async Task Lead_to_the_server()
    {
        var server = (await TestServer.SharedAsync()).Url;
        var text = $"{server.ToConnectionString()};Search Path=pg_catalog;Timezone=Europe/Berlin;Pooling=true";
        await using var session = await Session.OpenAsync(Parse(text), null, CancellationToken.None);

        Assert.That(
            await session.ScalarAsync<string>(
                "SELECT current_database() || ' ' || current_setting('search_path') || ' ' || current_setting('TimeZone')",
                CancellationToken.None),
            Is.EqualTo($"{server.Database} pg_catalog Europe/Berlin"));
    }

    const string Complete = "Host=db;Username=app;Password=pw;Database=shop";

    static Settings Read(Dictionary<string, string> options, string connectionString) =>
        SettingsReader.Read(
            options, new Dictionary<string, string> { ["ConnectionStrings__Shop"] = connectionString },
            TestContext.CurrentContext.WorkDirectory);

    static PostgresUrl Parse(string text) => PostgresUrl.Parse(text, Source);
}
