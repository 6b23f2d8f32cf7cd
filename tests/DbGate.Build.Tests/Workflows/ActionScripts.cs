using System.Security.Cryptography;
using DbGate.Testing;
using DbGate.Testing.Http;

namespace DbGate.Build.Tests.Workflows;

/// <summary>The shell of the composite action, run as the action runs it.</summary>
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ActionScripts : IDisposable
{
    const string Archive = "dbgate-1.4.2-linux-x64.tar.gz";

    readonly string folder = Directory.CreateTempSubdirectory("dbgate-action-").FullName;
    readonly HttpDouble storage;

    public ActionScripts() => storage = new(exchange =>
    {
        exchange.Answer(200, File.ReadAllBytes(Path.Combine(Downloads, Path.GetFileName(exchange.Path))), "application/octet-stream");
    });

    string Downloads => Directory.CreateDirectory(Path.Combine(folder, "downloads")).FullName;

    string Installed => Path.Combine(folder, "temp/dbgate/1.4.2-linux-x64");

    public void Dispose()
    {
        storage.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Choose_an_archive_by_version_and_platform()
    {
        var output = await OutputOfAsync("choose.sh", new() { ["DBGATE_VERSION"] = "1.4.2" });

        Assert.That(output, Does.Contain("cache-key=dbgate-1.4.2-linux-x64\n").And.Contain($"command={Installed}/dbgate\n"));
    }

    [Test]
    public async Task Choose_the_checkout_by_its_sources()
    {
        var output = await OutputOfAsync("choose.sh", []);

        Assert.That(
            output,
            Does.Match("(?m)^cache-key=dbgate-source-[0-9a-f]{16}-linux-x64$").And.Contain($"command={Paths.Root.FullPath}/build.sh\n"));
    }

    [Test]
    public async Task Refuse_a_version_that_is_a_path() =>
        Assert.That((await RunAsync("choose.sh", new() { ["DBGATE_VERSION"] = "../1.4.2" })).ExitCode, Is.EqualTo(2));

    [TestCase(true)]
    [TestCase(false)]
    public async Task Install_an_archive_whose_digest_is_the_expected_one(bool withFolder)
    {
        var digest = await PackAsync(withFolder);
        var run = await InstallAsync($"{new string('0', 64)}  dbgate-1.4.2-osx-arm64.tar.gz\n{digest}  {Archive}\n");

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That((await Shell.RunAsync(Path.Combine(Installed, "dbgate"), [])).Output, Is.EqualTo("I am dbgate\n"));
    }

    [Test]
    public async Task Unpack_nothing_when_the_digest_is_another()
    {
        await PackAsync();
        var run = await InstallAsync(new string('a', 64));

        Assert.That((run.ExitCode, Directory.Exists(Installed)), Is.EqualTo((10, false)), run.Everything);
        Assert.That(run.Output, Does.Contain("it was not unpacked"));
    }

    [TestCase("")]
    [TestCase("latest")]
    [TestCase("dbgate-1.4.2-linux-x64.tar.gz")]
    public async Task Download_nothing_without_a_digest(string sha256) => Assert.That((await InstallAsync(sha256)).ExitCode, Is.EqualTo(2));

    [Test]
    public async Task Check_again_what_the_cache_brought()
    {
        var digest = await PackAsync();
        await InstallAsync(digest);
        await File.WriteAllTextAsync(Path.Combine(Installed, ".archive", Archive), "poisoned");
        var run = await InstallAsync(digest);

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That((await Shell.RunAsync(Path.Combine(Installed, "dbgate"), [])).Output, Is.EqualTo("I am dbgate\n"));
    }

    [Test]
    public async Task Say_when_there_is_nothing_to_download() =>
        Assert.That((await InstallAsync(new string('a', 64))).ExitCode, Is.EqualTo(20));

    [Test]
    public async Task Hand_targets_and_options_to_DbGate_word_by_word()
    {
        var run = await RunAsync("run.sh", new()
        {
            ["DBGATE_COMMAND"] = Program("dbgate", "printf '%s\\n' \"$@\"; exit 11"),
            ["INPUT_TARGET"] = "rehearse plan",
            ["INPUT_ENVIRONMENT"] = "production",
            ["INPUT_OPTIONS"] = "--accept-loss=public.\"User\".name=12; $(id)\n\n--ready-timeout=5m\r\n",
            ["INPUT_PROJECT"] = "project/my app",
        });

        Assert.That(run.ExitCode, Is.EqualTo(11));
        Assert.That(
            run.Output,
            Is.EqualTo(
                "--project=project/my "
                    + "app\n--target=rehearse\n--target=plan\n--environment=production\n--accept-loss=public.\"User\".name=12; "
                    + "$(id)\n--ready-timeout=5m\n"));
    }

    [TestCase("dbgate-guard-apps/shop #2", "1", "dbgate-guard-apps-shop--2")]
    [TestCase("dbgate-guard-.", "1", "dbgate-guard")]
    [TestCase("dbgate-guard-", "3", "dbgate-guard-3")]
    public async Task Name_the_artifact_as_GitHub_takes_it_and_anew_in_each_attempt(string input, string attempt, string name)
    {
        var output =
            await OutputOfAsync(
                "choose.sh", new() { ["DBGATE_VERSION"] = "1.4.2", ["INPUT_ARTIFACT"] = input, ["GITHUB_RUN_ATTEMPT"] = attempt });

        Assert.That(output, Does.StartWith($"artifact={name}\n"));
    }

    [TestCase("production..", "production")]
    [TestCase("staging.apps/shop #2", "staging.apps-shop--2")]
    public async Task Name_a_part_of_further_artifacts_the_same_in_each_attempt(string input, string part)
    {
        var output =
            await OutputOfAsync(
                "choose.sh", new() { ["DBGATE_VERSION"] = "1.4.2", ["INPUT_ARTIFACT_PART"] = input, ["GITHUB_RUN_ATTEMPT"] = "2" });

        Assert.That(output, Does.Contain($"\nartifact-part={part}\n"));
    }

    [Test]
    public async Task Ask_for_a_private_repositorys_release_with_the_token()
    {
        var digest = await PackAsync();
        await using var gitHub = new HttpDouble(exchange =>
        {
            var isAllowed = exchange.Header("Authorization") == "Bearer ghs_of_dbgate";
            _ = (exchange.Path, isAllowed) switch
            {
                ("/repos/acme/dbgate/releases/tags/v1.4.2", true) => Answer(
                    exchange, $$"""{"assets":[{"id":7,"name":"SHA256SUMS"},{"id":8,"name":"{{Archive}}"}]}"""),
                ("/repos/acme/dbgate/releases/assets/8", true) => Redirect(exchange),
                _ => Answer(exchange, "not found", 404),
            };
        });
        var run = await InstallAsync(digest, new()
        {
            ["DBGATE_DOWNLOAD_URL"] = $"{gitHub.Url}acme/dbgate/releases/download/v1.4.2",
            ["GITHUB_API_URL"] = gitHub.Url.ToString().TrimEnd('/'),
            ["DBGATE_REPOSITORY"] = "acme/dbgate",
            ["DBGATE_TOKEN"] = "ghs_of_dbgate",
        });

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That((await Shell.RunAsync(Path.Combine(Installed, "dbgate"), [])).Output, Is.EqualTo("I am dbgate\n"));
        Assert.That(
            storage.Seen.Select(exchange => exchange.Header("Authorization")), Is.EqualTo(new string?[] { null }),
            "the token goes no further than GitHub");

        static bool Answer(HttpExchange exchange, string text, int status = 200)
        {
            exchange.Answer(status, text, "application/json");
            return true;
        }

        bool Redirect(HttpExchange exchange)
        {
            exchange.AnswerHeaders["Location"] = $"http://localhost:{storage.Url.Port}/{Archive}";
            exchange.Answer(302);
            return true;
        }
    }

    [Test]
    public async Task Add_what_was_prepared_and_nothing_that_judges()
    {
        var checkout = await CheckoutAsync();
        var made = Directory.CreateDirectory(Path.Combine(folder, "made")).FullName;
        foreach (var file in new[] { "node_modules/.bin/prisma", ".env.production", ".ENV", "apps/web/.env", "dbgate.json", ".git/config",
            "node_modules/a/.git/hooks/x" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(made, file))!);
            await File.WriteAllTextAsync(Path.Combine(made, file), "made");
        }

        var run = await AddAsync(checkout, made);

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        var added =
            Directory.EnumerateFiles(checkout, "*", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file) == "made")
                .Select(file => Path.GetRelativePath(checkout, file));
        Assert.That(added, Is.EqualTo(new[] { "node_modules/.bin/prisma" }));
    }

    [Test]
    public async Task Add_nothing_in_place_of_a_file_of_the_commit()
    {
        var checkout = await CheckoutAsync();
        var made = Directory.CreateDirectory(Path.Combine(folder, "made/prisma")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(made, "prisma/schema.prisma"), "made");

        var run = await AddAsync(checkout, made);

        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(checkout, "prisma/schema.prisma")), Is.EqualTo("committed"));
    }

    [Test]
    public async Task Add_nothing_outside_of_the_checkout()
    {
        var checkout = await CheckoutAsync();
        var outside = Directory.CreateDirectory(Path.Combine(folder, "outside")).FullName;
        const string Pack = """
            mkdir -p one two/escape && ln -s "$OUTSIDE" one/escape && echo made >two/escape/file
            tar --create --file=all.tar --directory=one escape && tar --append --file=all.tar --directory=two escape/file && gzip --stdout all.tar >all.tar.gz
            """;
        (await Shell.RunAsync("bash", ["-euc", Pack], folder, new Dictionary<string, string?> { ["OUTSIDE"] = outside })).Succeeded();

        var run = await RunAsync("prepared.sh", [], checkout, Path.Combine(folder, "all.tar.gz"));

        Assert.That((run.ExitCode, Directory.EnumerateFileSystemEntries(outside).Count()), Is.EqualTo((10, 0)), run.Everything);
    }

    /// <summary>The commit brings a link, and the archive a file behind it.</summary>
    [Test]
    public async Task Add_nothing_behind_a_link_of_the_commit()
    {
        var checkout = await CheckoutAsync();
        var outside = Directory.CreateDirectory(Path.Combine(folder, "outside")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(checkout, "escape"), outside);
        var made = Directory.CreateDirectory(Path.Combine(folder, "made/escape")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(made, "escape/file"), "made");

        var run = await AddAsync(checkout, made);

        Assert.That((run.ExitCode, Directory.EnumerateFileSystemEntries(outside).Count()), Is.EqualTo((10, 0)), run.Everything);
    }

    [TestCase("release", "", true)]
    [TestCase("rehearse backup", "", true)]
    [TestCase("release", "libisal.so.2 (libc6,x86-64)", false)]
    [TestCase("forbid-db-push", "", false)]
    [TestCase("restore-test", "", false)]
    public async Task Install_libisal2_where_backups_are_taken_and_it_is_missing(string target, string libraries, bool expected)
    {
        foreach (var program in (string[])["apt-get", "env", "sudo"])
        {
            Program(program, $"echo \"$*\" >>{folder}/calls");
        }

        var bin = Path.GetDirectoryName(Program("ldconfig", $"echo '{libraries}'"))!;
        (await RunAsync("install.sh", new()
        {
            ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}",
            ["DBGATE_FOLDER"] = Installed,
            ["DBGATE_TARGET"] = target,
        })).Succeeded();

        var calls = File.Exists(Path.Combine(folder, "calls")) ? await File.ReadAllTextAsync(Path.Combine(folder, "calls")) : "";
        Assert.That(
            calls.Contains("install -y -qq --no-install-recommends libisal2", StringComparison.Ordinal), Is.EqualTo(expected), calls);
    }

    async Task<string> CheckoutAsync()
    {
        var checkout = Directory.CreateDirectory(Path.Combine(folder, "checkout/prisma")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(checkout, "prisma/schema.prisma"), "committed");
        (await Shell.RunAsync("git", ["init", "--quiet"], checkout)).Succeeded();
        return checkout;
    }

    async Task<ShellResult> AddAsync(string checkout, string made)
    {
        (await Shell.RunAsync("tar", ["--create", "--gzip", $"--directory={made}", $"--file={folder}/all.tar.gz", "."])).Succeeded();
        return await RunAsync("prepared.sh", [], checkout, Path.Combine(folder, "all.tar.gz"));
    }

    Task<ShellResult> InstallAsync(string sha256, Dictionary<string, string?>? others = null) => RunAsync("install.sh", new(others ?? [])
    {
        ["DBGATE_VERSION"] = "1.4.2",
        ["DBGATE_SHA256"] = sha256,
        ["DBGATE_DOWNLOAD_URL"] = others?["DBGATE_DOWNLOAD_URL"] ?? $"file://{Downloads}",
        ["DBGATE_RID"] = "linux-x64",
        ["DBGATE_FOLDER"] = Installed,
    });

    async Task<string> PackAsync(bool withFolder = false)
    {
        var content = Directory.CreateDirectory(Path.Combine(folder, "content", withFolder ? "dbgate-1.4.2" : ".")).FullName;
        File.Move(Program("dbgate", "echo I am dbgate"), Path.Combine(content, "dbgate"));
        (await Shell.RunAsync("tar", ["-czf", Path.Combine(Downloads, Archive), "-C", Path.Combine(folder, "content"), "."])).Succeeded();
        return Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Downloads, Archive))));
    }

    string Program(string name, string shell)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName, name);
        Script.Write(path, $"#!/usr/bin/env bash\n{shell}\n");
        return path;
    }

    async Task<string> OutputOfAsync(string script, Dictionary<string, string?> environment)
    {
        var output = Path.Combine(folder, "output");
        environment["GITHUB_OUTPUT"] = output;
        (await RunAsync(script, environment)).Succeeded();
        return await File.ReadAllTextAsync(output);
    }

    Task<ShellResult> RunAsync(string script, Dictionary<string, string?> environment, params string[] arguments)
    {
        environment.TryAdd("DBGATE_VERSION", null);
        environment["RUNNER_OS"] = "Linux";
        environment["RUNNER_ARCH"] = "X64";
        environment["RUNNER_TEMP"] = Path.Combine(folder, "temp");
        return Shell.RunAsync(
            "bash", [Path.Combine(Paths.Root.FullPath, ".github/actions/dbgate", script), .. arguments], folder, environment);
    }
}
