using DbGate.Testing.Http;
using DbGate.Testing.S3;

namespace DbGate.EndToEnd;

/// <summary>
/// A backup that streams into a bucket when its process is told to stop, or killed: a real process and database, and a bucket that takes no
/// part.
/// </summary>
[Category("Postgres")]
[Platform("Linux,MacOsX")]
public sealed class StoppedBackups
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    readonly DirectoryInfo project = Directory.CreateTempSubdirectory("dbgate-stopped-");
    DirectoryInfo temporary = null!;

    [SetUp]
    public void MakeTemporaryFolder() => temporary = Directory.CreateTempSubdirectory("stopped-");

    [TearDown]
    public void DeleteTemporaryFolder() => temporary.Delete(recursive: true);

    [OneTimeTearDown]
    public void Delete() => project.Delete(recursive: true);

    // A shell that starts the tests in the background has INT and QUIT ignored in everything they start; env takes that back.
    [TestCase("TERM", 130, 0)]
    [TestCase("INT", 130, 0)]
    [TestCase("HUP", 130, 0)]
    [TestCase("QUIT", 130, 0)]
    [TestCase("KILL", 137, 1)]
    public async Task Are_none_and_the_next_one_is(string signal, int exitCode, int uploadsLeft)
    {
        await using var s3 = new S3Double();
        s3.Http.Inject(new Fault.Silence(), request => request.Query.ContainsKey("partNumber"), times: 1000);
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "CREATE TABLE big AS SELECT g, string_agg(md5(random()::text || g || i), '') AS t FROM generate_series(1, 6000) g, "
                + "generate_series(1, 100) i GROUP BY g");

        using var backup = OperatingSystem.IsLinux()
            ? Shell.Start(
                "env", ["--default-signal", "dotnet", Tool, "backup", "--environment=staging"], project.FullName, Variables(s3, database))
            : Shell.Start("dotnet", [Tool, "backup", "--environment=staging"], project.FullName, Variables(s3, database));
        using var timer = new CancellationTokenSource(Deadline);
        while (!s3.Http.Seen.Any(request => request.Query.ContainsKey("partNumber")))
        {
            Assert.That(backup.HasExited, Is.False, "it ended before it sent a part");
            await Task.Delay(50, timer.Token);
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        (await Shell.RunAsync("kill", [$"-{signal}", backup.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])).Succeeded();
        await backup.WaitForExitAsync(timer.Token);
        TestContext.Out.WriteLine($"SIG{signal}: ended after {watch.ElapsedMilliseconds} ms");

        Assert.That(backup.ExitCode, Is.EqualTo(exitCode), await backup.StandardOutput.ReadToEndAsync(timer.Token));
        Assert.That(
            await backup.StandardError.ReadToEndAsync(timer.Token),
            signal == "KILL" ? Does.Not.Contain("cancelling") : Does.Contain("cancelling: "));
        Assert.That(s3.Keys.Where(key => key.Contains(".sql.gz", StringComparison.Ordinal)), Is.Empty);
        Assert.That(s3.UnfinishedUploads, Is.EqualTo(uploadsLeft));
        while (await database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") > 0)
        {
            await Task.Delay(50, timer.Token);
        }

        // A password file is in a folder of its own: gone when the run could end, swept by the next run when it was killed.
        Assert.That(
            Directory.GetFiles(temporary.FullName, "pass", SearchOption.AllDirectories), signal == "KILL" ? Is.Not.Empty : Is.Empty);

        s3.Http.Recover();
        var next = await RunAsync(s3, database, "backup");
        var preview = await RunAsync(s3, database, "prune-backups", "--preview");

        Assert.That(next.ExitCode, Is.Zero, next.Everything);
        Assert.That(Directory.GetFiles(temporary.FullName, "pass", SearchOption.AllDirectories), Is.Empty);
        Assert.That(s3.Keys.Count(key => key.EndsWith(".sql.gz.manifest.json", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(
            preview.Output.Contains("an unfinished upload", StringComparison.Ordinal), Is.EqualTo(uploadsLeft > 0), preview.Everything);
    }

    [Test]
    [Platform("Linux")]
    public async Task Whose_terminal_is_closed_leave_no_password_and_no_session()
    {
        await using var s3 = new S3Double();
        s3.Http.Inject(new Fault.Silence(), request => request.Query.ContainsKey("partNumber"), times: 1000);
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "CREATE TABLE big AS SELECT g, string_agg(md5(random()::text || g || i), '') AS t FROM generate_series(1, 6000) g, "
                + "generate_series(1, 100) i GROUP BY g");
        var code = Path.Combine(temporary.FullName, "code");

        // script is the terminal. The shell in it hands the hang-up on, as a login shell does, and writes down how the backup ended.
        var inside = $"env --default-signal dotnet '{Tool}' backup --environment=staging & trap \"kill -HUP $!\" HUP; "
            + $"wait $!; wait $!; echo $? > '{code}.new'; mv '{code}.new' '{code}'";
        using var terminal = Shell.Start("script", ["-qec", inside, "/dev/null"], project.FullName, Variables(s3, database));
        using var timer = new CancellationTokenSource(Deadline);
        while (!s3.Http.Seen.Any(request => request.Query.ContainsKey("partNumber")))
        {
            Assert.That(terminal.HasExited, Is.False, "it ended before it sent a part");
            await Task.Delay(50, timer.Token);
        }

        terminal.Kill();
        while (!File.Exists(code))
        {
            await Task.Delay(50, timer.Token);
        }

        Assert.That((await File.ReadAllTextAsync(code, timer.Token)).Trim(), Is.EqualTo("130"));
        Assert.That(Directory.GetFiles(temporary.FullName, "pass", SearchOption.AllDirectories), Is.Empty);
        Assert.That(s3.UnfinishedUploads, Is.Zero);
    }

    // The folder is named after the configuration that this was built in.
    static string Tool => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "DbGate.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        "DbGate.Cli.dll"));

    Task<ShellResult> RunAsync(S3Double s3, TestDatabase database, params string[] arguments) =>
        Shell.RunAsync("dotnet", [Tool, .. arguments, "--environment=staging"], project.FullName, Variables(s3, database));

    Dictionary<string, string?> Variables(S3Double s3, TestDatabase database) => new()
    {
        ["TMPDIR"] = temporary.FullName,
        ["DATABASE_URL_STAGING"] = database.UrlText,
        ["BACKUP_ENABLED"] = "true",
        ["BACKUP_UPLOAD_ENABLED"] = "true",
        ["AWS_S3_BACKUP_BUCKET"] = S3Double.Bucket,
        ["AWS_ENDPOINT_URL_S3"] = s3.Http.Url.ToString(),
        ["AWS_ACCESS_KEY_ID"] = S3Double.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = S3Double.SecretKey,
        ["AWS_REGION"] = "us-east-1",
        ["DBGATE_S3_PART_SIZE_MIB"] = "5",
        ["GITHUB_ACTIONS"] = null,
    };
}
