using DbGate.Checks;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Checks;

[Parallelizable(ParallelScope.All)]
public sealed class DatabaseSafety
{
    const string Strict = "sslmode=require&sslaccept=strict";

    static readonly ServerFacts Primary = new()
    {
        ServerVersion = 150018,
        VersionText = "PostgreSQL 15.18",
        InRecovery = false,
        ReadOnly = false,
        DatabaseOid = 16384,
        DatabaseName = "shop",
        Encoding = "UTF8",
        Collate = "C",
        CType = "C",
        MaxConnections = 100,
        ReservedConnections = 3,
        Encrypted = true,
        Role = "app",
        IsSuperuser = false,
        BypassesRowSecurity = false,
        BackendPid = 1,
        ServerTime = DateTimeOffset.UnixEpoch,
        Service = HostedService.Unknown,
        SystemIdentifier = "7301",
    };

    static readonly ServerFacts Replica = Primary with { InRecovery = true };

    static PostgresUrl Url(string parameters) => PostgresUrl.Parse($"postgresql://app:pw@db.example.com/shop?{parameters}", "DATABASE_URL");

    static Problem[] Configured(string parameters = Strict, string? connections = "20", string? push = null, bool isProduction = true)
    {
        using var project = new GatedProject();
        var variables = new Dictionary<string, string?> { ["DATABASE_MAX_CONNECTIONS"] = connections, ["PRISMA_DB_PUSH_ALLOWED"] = push };
        var settings = project.Read(variables.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!));
        return [.. DatabaseSafetyCheck.Configured(settings, Url(parameters), isProduction)];
    }

    static Problem[] Served(ServerFacts facts, string? connections = "20", bool isProduction = true, Pooler? pooler = null)
    {
        using var project = new GatedProject();
        var settings = project.Read(connections is null ? [] : new() { ["DATABASE_MAX_CONNECTIONS"] = connections });
        return [.. DatabaseSafetyCheck.Served(settings, Url(Strict), facts, isProduction, pooler)];
    }

    [Test]
    public void Holds_with_checked_SSL_a_limit_and_no_push() => Assert.That(Configured(), Is.Empty);

    [TestCase("true")]
    [TestCase("TRUE")]
    [TestCase(" true ")]
    [TestCase("1")]
    [TestCase("yes")]
    public void Forbids_the_push_flag_however_it_is_spelt(string push) =>
        Assert.That(
            Configured(push: push).Select(problem => (problem.Code.Id, problem.Message)),
            Is.EqualTo(new[] { ("DBG0101", "PRISMA_DB_PUSH_ALLOWED must not be 'true' in production") }));

    [TestCase("false")]
    [TestCase("0")]
    [TestCase(null)]
    public void Accepts_the_flag_when_it_is_off(string? push) => Assert.That(Configured(push: push), Is.Empty);

    [TestCase("schema=public", "no sslmode")]
    [TestCase("sslmode=disable", "sslmode=disable")]
    [TestCase("sslmode=prefer", "sslmode=prefer")]
    public void Demands_SSL(string parameters, string cause)
    {
        var problem = Configured(parameters).Single();

        Assert.That((problem.Code.Id, problem.Message), Is.EqualTo(("DBG0102", "Database connection must use SSL in production")));
        Assert.That(problem.Cause, Does.Contain(cause));
    }

    [TestCase("allow")]
    [TestCase("verify-ca")]
    [TestCase("verify-full")]
    public void Refuses_a_mode_that_Prisma_would_weaken(string mode) =>
        Assert.That(
            Configured($"sslmode={mode}").Select(problem => (problem.Code.Id, problem.Message)),
            Is.EqualTo(new[] { ("DBG0106", $"sslmode={mode} becomes 'prefer' in Prisma, which allows plaintext") }));

    [Test]
    public void Warns_when_the_certificate_is_not_checked() =>
        Assert.That(
            Configured("sslmode=require").Select(problem => (problem.Code.Id, problem.Severity)),
            Is.EqualTo(new[] { ("DBG0110", Severity.Warning) }));

    [TestCase(null)]
    [TestCase("0")]
    [TestCase("101")]
    [TestCase("-5")]
    [TestCase("20.5")]
    [TestCase("many")]
    public void Demands_a_limit_from_1_to_100(string? connections) =>
        Assert.That(Configured(connections: connections).Single().Code.Id, Is.EqualTo("DBG0104"));

    [Test]
    public void Demands_nothing_of_that_outside_production() =>
        Assert.That(Configured("sslmode=disable", connections: null, push: "true", isProduction: false), Is.Empty);

    [Test]
    public void Holds_on_an_encrypted_primary_with_room() => Assert.That(Served(Primary), Is.Empty);

    [Test]
    public void Refuses_a_replica_and_a_read_only_database()
    {
        Assert.That(Served(Replica).Single().Code.Id, Is.EqualTo("DBG0109"));
        Assert.That(Served(Primary with { ReadOnly = true }).Single().Code.Id, Is.EqualTo("DBG0109"));
    }

    [Test]
    public void Believes_the_server_and_not_the_url_about_encryption() =>
        Assert.That(Served(Primary with { Encrypted = false }).Single().Code.Id, Is.EqualTo("DBG0103"));

    [Test]
    public void Tls_that_ends_at_the_pooler_is_named()
    {
        var problem = Served(Primary with { Encrypted = false }, pooler: new Pooler("port 6543 is a transaction pooler's", null)).Single();
        Assert.That(
            (problem.Code.Id, problem.Message), Is.EqualTo(("DBG0103", "The connection from the pooler to the server is not encrypted")));
        Assert.That($"{problem.Fix}", Does.Contain("server_tls_sslmode"));
    }

    [TestCase("48", true, null)]
    [TestCase("49", true, Severity.Warning)]
    [TestCase("97", true, Severity.Warning)]
    [TestCase("98", true, Severity.Error)]
    [TestCase("98", false, Severity.Warning)]
    public void Compares_the_limit_with_the_servers_own(string connections, bool isProduction, Severity? severity) =>
        Assert.That(
            Served(Primary, connections, isProduction).Select(problem => (problem.Code.Id, (Severity?)problem.Severity)),
            Is.EqualTo(severity is null ? [] : new[] { ("DBG0105", severity) }));

    [Test]
    public void Accepts_a_replica_that_keeps_up()
    {
        Assert.That(Judge(Replica, TimeSpan.Zero), Is.Null);
        Assert.That(Judge(Replica, TimeSpan.FromSeconds(30)), Is.Null);
    }

    [Test]
    public void Refuses_a_replica_that_is_none_or_lags()
    {
        Assert.That(Judge(Primary, null), Is.EqualTo("DBG0107"), "it takes writes");
        Assert.That(Judge(Replica with { SystemIdentifier = "7302" }, TimeSpan.Zero), Is.EqualTo("DBG0107"), "another cluster");
        Assert.That(
            Judge(Replica with { DatabaseOid = 5, DatabaseName = "other" }, TimeSpan.Zero), Is.EqualTo("DBG0107"), "another database");
        Assert.That(Judge(Replica, null), Is.EqualTo("DBG0107"), "never received anything");
        Assert.That(Judge(Replica, TimeSpan.FromSeconds(30.1)), Is.EqualTo("DBG0108"));
    }

    [Test]
    public void Refuses_a_replica_whose_identity_may_not_be_read() =>
        Assert.That(
            DatabaseSafetyCheck.Replica(
                Primary with { SystemIdentifier = null }, Replica with { SystemIdentifier = null }, new ReplicaLag(true, TimeSpan.Zero),
                TimeSpan.FromSeconds(30)).Single().Code.Id,
            Is.EqualTo("DBG0107"));

    /// <summary>It is behind, and has replayed no transaction since it started: greatest(0, NULL) would be 0.</summary>
    [TestCase(null)]
    [TestCase(-3.0)]
    public void Refuses_a_replica_that_is_behind_for_nobody_knows_how_long(double? seconds) =>
        Assert.That(
            DatabaseSafetyCheck.Replica(
                Primary, Replica, ReplicaLag.From(hasReceived: true, seconds, isCurrent: false), TimeSpan.FromSeconds(30)).Single().Message,
            Is.EqualTo("the read replica is behind, and how long is not known"));

    static string? Judge(ServerFacts replica, TimeSpan? lag) =>
        DatabaseSafetyCheck.Replica(Primary, replica, new ReplicaLag(lag is not null, lag), TimeSpan.FromSeconds(30))
            .SingleOrDefault()?.Code.Id;
}
