using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using Npgsql;

namespace DbGate.Tests.Postgres;

/// <summary>
/// Throwaway servers of an image <c>postgres:N</c>, run by a real engine. Where there is none, or no such image, these are ignored, in CI
/// too: it has no registry to take images from (tests/postgres-image/mkimage.sh makes one of Debian's packages).
/// </summary>
[Category("Postgres")]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class ServersInContainers
{
    static readonly CancellationToken None = CancellationToken.None;

    EngineImage image = null!;
    ThrowawayContainer server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        foreach (var major in new[] { 18, 17, 16, 15 })
        {
            if ((await EngineImage.FindAsync(major, ContainerEngines.All, None)).Image is { } found)
            {
                image = found;
                server =
                    await ThrowawayContainer.StartAsync(
                        image, new() { Settings = new Dictionary<string, string> { ["search_path"] = @"""it's here"", public" } }, None);
                return;
            }
        }

        Assert.Ignore("No engine with an image postgres:15 to postgres:18.");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Test]
    public async Task Are_of_the_images_version_and_like_those_of_this_machine()
    {
        await using var session = await Session.OpenAsync(server.Url, null, None);

        Assert.That(image.Name, Is.EqualTo($"postgres:{session.ServerMajor}"));
        Assert.That(
            await session.QueryAsync(
                "SELECT reset_val FROM unnest(ARRAY['server_encoding', 'fsync', 'listen_addresses']) WITH ORDINALITY wanted (name, n) JOIN "
                    + "pg_settings USING (name) ORDER BY n", row => row.GetString(0), None),
            Is.EqualTo(new[] { "UTF8", "off", "" }));
        Assert.That(
            await session.ScalarAsync<string>("SELECT datcollate::text FROM pg_database WHERE datname = 'template0'", None),
            Is.EqualTo("C"));
        Assert.That(await session.ScalarAsync<bool>("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", None), Is.True);
        Assert.That(await session.ScalarAsync<string>("SHOW search_path", None), Is.EqualTo(@"""it's here"", public"));
    }

    [Test]
    public void Refuse_a_wrong_password() =>
        Assert.That(
            async () => await TestServer.ConnectAsync(server.Url with { Password = "guessed" }),
            Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo("28P01"));

    [Test]
    public async Task Keep_their_password_out_of_every_command_line_and_of_what_the_engine_tells()
    {
        var processes = await Shell.RunAsync("ps", ["-eo", "args"]);
        var told = (await Shell.RunAsync("docker", ["inspect", Container(await PsAsync(server))])).Succeeded();

        Assert.That(processes.Output, Does.Contain(server.Url.Host).And.Not.Contain(server.Url.Password!));
        Assert.That(told.Output, Does.Contain(server.Url.Host).And.Not.Contain(server.Url.Password!));
    }

    [Test]
    public async Task Tell_when_a_database_cannot_have_its_sources_locale()
    {
        await using var maintenance = await Maintenance.OpenAsync(server.Url.WithDatabase("like"), None);
        const string klingon = "tlh_QO.UTF-8";
        var source =
            new SourceFacts(
                "1", 1, "like", 150000, "15.0", false, "0/0", "UTF8", klingon, klingon, "libc", null, new Dictionary<string, string>(), 0);

        var finding = await maintenance.CreateAsync("like", source, insistOnLocale: false, None);

        Assert.That(finding!.Message, Does.StartWith("the scratch database has the locale C: tlh_QO.UTF-8 is not installed here"));
        Assert.That(await maintenance.ExistsAsync("like", None), Is.True);
    }

    [Test]
    public async Task Leave_nothing_behind_when_disposed()
    {
        var mine = await ThrowawayContainer.StartAsync(image, new(), None);
        var container = Container(await PsAsync(mine));
        var volumes = await VolumesAsync(container);

        await mine.DisposeAsync();

        await IsGoneAsync(mine.Url.Host, container, volumes);
    }

    [Test]
    public async Task Leave_nothing_behind_when_their_owner_is_killed()
    {
        using var owner = Shell.Start("dotnet", [typeof(TestServer).Assembly.Location, "container", image.Name.Split(':')[1]]);
        var folder = (await owner.StandardOutput.ReadLineAsync())!;
        var container =
            Container((await Shell.RunAsync("ps", ["-eo", "args"])).Output.Split('\n')
                .First(line => line.Contains(folder, StringComparison.Ordinal)));
        var volumes = await VolumesAsync(container);

        owner.Kill();
        await owner.WaitForExitAsync();

        await Eventually.HoldsAsync(() => Task.FromResult(!Directory.Exists(Path.GetDirectoryName(folder))));
        await IsGoneAsync(folder, container, volumes);
    }

    [Test]
    public void Say_their_last_words_when_they_cannot_start()
    {
        var options = new ThrowawayOptions { Settings = new Dictionary<string, string> { ["shared_bufers"] = "1GB" } };

        var problem = Assert.ThrowsAsync<GateException>(() => ThrowawayContainer.StartAsync(image, options, None))!.Problem;

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0056"));
        Assert.That(problem.Cause, Does.Contain("""unrecognized configuration parameter "shared_bufers" """.Trim()));
    }

    static async Task<string> PsAsync(ThrowawayContainer server) =>
        (await Shell.RunAsync("ps", ["-eo", "args"])).Output.Split('\n')
            .First(line => line.Contains(server.Url.Host, StringComparison.Ordinal));

    static string Container(string commandLine) =>
        commandLine.Split(' ').First(word => word.StartsWith("--name=", StringComparison.Ordinal))["--name=".Length..];

    static async Task<string[]> VolumesAsync(string container) =>
        (await Shell.RunAsync(
            "docker", ["inspect", "--format={{range .Mounts}}{{if eq .Type \"volume\"}}{{.Name}} {{end}}{{end}}", container])).Succeeded()
            .Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    static async Task IsGoneAsync(string folder, string container, string[] volumes)
    {
        Assert.That(Path.GetDirectoryName(folder), Does.Not.Exist);
        Assert.That(volumes, Is.Not.Empty);
        await Eventually.HoldsAsync(async () =>
            (await Shell.RunAsync("docker", ["ps", "--all", "--quiet", "--filter", $"name={container}"]))
                .Succeeded().Output.Trim().Length == 0
            && !(await Shell.RunAsync("docker", ["volume", "ls", "--quiet"])).Succeeded().Output.Split('\n').Intersect(volumes).Any());
    }
}
