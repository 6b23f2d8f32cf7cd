using DbGate.Postgres;
using DbGate.Processes;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class LibpqEnvironments
{
    static readonly CancellationToken None = CancellationToken.None;

    [Test]
    public async Task Hold_no_secret_but_in_a_file_of_the_owner_alone()
    {
        var url =
            PostgresUrl.Parse("postgresql://app:a%3Ab%5Cc@db.example.com:6000/shop?schema=s&connection_limit=3&pgbouncer=true", "TEST");
        await using var environment = await LibpqEnvironment.CreateAsync(url, None);
        var file = environment.Variables["PGPASSFILE"]!;

        Assert.Multiple(() =>
        {
            Assert.That(environment.Variables.Values.Where(value => value?.Contains("a:b", StringComparison.Ordinal) == true), Is.Empty);
            Assert.That(File.ReadAllText(file), Is.EqualTo("db.example.com:6000:*:app:a\\:b\\\\c\n"));
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(environment.Variables["PGHOST"], Is.EqualTo("db.example.com"));
            Assert.That(environment.Variables["PGDATABASE"], Is.EqualTo("shop"));
            Assert.That(environment.Variables, Does.ContainKey("PGSERVICE").WithValue(null));
        });
    }

    [Test]
    public async Task Leave_nothing_behind()
    {
        var environment = await LibpqEnvironment.CreateAsync(PostgresUrl.Parse("postgresql://app:pw@db/shop", "TEST"), None);
        var folder = Path.GetDirectoryName(environment.Variables["PGPASSFILE"])!;
        await environment.DisposeAsync();
        await environment.DisposeAsync();

        Assert.That(Directory.Exists(folder), Is.False);
    }

    [Test]
    public async Task Leave_the_users_own_password_file_to_a_URL_without_password()
    {
        await using var environment = await LibpqEnvironment.CreateAsync(PostgresUrl.Parse("postgresql://app@db/shop", "TEST"), None);

        Assert.That(environment.Variables.Keys, Has.None.EqualTo("PGPASSFILE").And.None.EqualTo("PGPASSWORD"));
    }

    [Test]
    public void Need_a_client_certificate_that_can_be_read() =>
        Assert.That(
            () =>
                LibpqEnvironment.CreateAsync(
                    PostgresUrl.Parse("postgresql://app@db/shop?sslidentity=%2Fnowhere.p12&sslpassword=pw", "TEST"), None),
            Throws.InstanceOf<DbGate.Problems.GateException>().With.Message.Contains("password file"));

    [Test, Category("Postgres")]
    public async Task Lead_psql_to_a_role_and_a_database_with_odd_names_and_an_odd_password()
    {
        const string Odd = "ô=d d:%/?#@\\'\" host=elsewhere";
        var server = await TestServer.SharedAsync();
        await using var role = await TestRole.CreateAsync(Odd, Odd);
        await using var admin = await Session.OpenAsync(server.Url, null, None);
        await admin.ExecuteAsync($"CREATE DATABASE {role.Quoted} TEMPLATE template0", None);
        await using var dropping = new Dropping(() => admin.ExecuteAsync($"DROP DATABASE {role.Quoted} WITH (FORCE)", None));

        foreach (var host in new[] { server.Url.Host, server.Local?.Folder }.OfType<string>())
        {
            await using var environment =
                await LibpqEnvironment.CreateAsync(
                    server.Url with { Host = host, User = role.Name, Password = Odd, Database = role.Name }, None);
            var outcome =
                await ChildProcess.RunAsync(
                    new ChildCommand(
                        "psql", "-wXAtc", "SELECT current_user = current_database(), length(current_user)") { Environment =
                            environment.Variables }, None);

            Assert.That((outcome.StandardOutput, outcome.StandardError), Is.EqualTo(($"t|{role.Name.Length}", "")));
        }
    }
}
