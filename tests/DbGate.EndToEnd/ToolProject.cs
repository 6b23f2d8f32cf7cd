namespace DbGate.EndToEnd;

/// <summary>
/// A staging project of its own, gated by the built tool. Its URL is in <c>.env.staging</c>, and has parameters that only Prisma knows.
/// </summary>
sealed class ToolProject : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    readonly DirectoryInfo root = Directory.CreateTempSubdirectory("dbgate-printed-");
    readonly ThrowawayClients clients;

    ToolProject(TestDatabase database, ThrowawayClients clients) => (Database, this.clients) = (database, clients);

    public TestDatabase Database { get; }

    public string Folder => Path.Combine(root.FullName, "shop");

    // The folder is named after the configuration that this was built in.
    public static string Tool { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "DbGate.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        "DbGate.Cli.dll"));

    public static async Task<ToolProject> CreateAsync(string settings = """{ "approvals": { "staging": { "required": 0 } } }""")
    {
        var database = await TestDatabase.CreateAsync();
        var server = await TestServer.SharedAsync();
        var project = new ToolProject(database, new(server.Local?.Binaries.Folder));
        Directory.CreateDirectory(Path.Combine(project.Folder, "prisma", "migrations"));
        project.Write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
        project.Write("dbgate.json", settings);
        project.Write(
            ".env.staging",
            $"""
            # unquoted, with an & in it: no shell could read this file as a script
            DATABASE_URL_STAGING={database.Url.WithParameter("schema", "public").WithParameter("connection_limit", "3").Reveal()}
            BACKUP_ENABLED=true

            """);
        var shim = Path.Combine(project.root.FullName, "bin", "dbgate");
        Directory.CreateDirectory(Path.GetDirectoryName(shim)!);
        Script.Write(shim, $"#!/bin/sh\nexec dotnet '{Tool}' \"$@\"\n");
        return project;
    }

    public void Migration(string name, string sql) => Write($"prisma/migrations/{name}/migration.sql", sql);

    public void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Runs a task for staging in the project's folder.</summary>
    public Task<ShellResult> RunAsync(string task, params string[] options) => RunInAsync(Folder, task, options);

    public Task<ShellResult> RunInAsync(string folder, string task, params string[] options) =>
        Shell.RunAsync("dotnet", [Tool, task, "--environment=staging", .. options], folder, Variables(), deadline: Deadline);

    /// <summary>Runs a task that must be blocked by this problem, and returns the commands of its fix.</summary>
    public async Task<IReadOnlyList<string>> BlockedAsync(string code, string task, params string[] options)
    {
        var run = await RunAsync(task, options);
        Assert.That(run.ExitCode, Is.Not.Zero, run.Everything);
        var commands = CommandsOf(run.Output, code);
        Assert.That(commands, Is.Not.Empty, run.Everything);
        return commands;
    }

    /// <summary>Variables of every run and every shell here, next to those of a login shell.</summary>
    public Dictionary<string, string?> MoreVariables { get; } = [];

    /// <summary>
    /// Pastes every command of every fix that a blocked run printed, each into a fresh shell in the project's folder. Commands behind "or"
    /// are another way to the same end, and are left out.
    /// </summary>
    /// <param name="output">What the run printed.</param>
    /// <param name="placeholders">What a person writes instead of a <c>&lt;placeholder&gt;</c>.</param>
    /// <param name="mayEnd">Exit codes of the commands; a release that makes a plan ends with 10, because it is not approved yet
    /// yet.</param>
    /// <returns>The commands.</returns>
    public async Task<IReadOnlyList<string>> PasteAllAsync(
        string output, IReadOnlyDictionary<string, string> placeholders, params IReadOnlyList<int> mayEnd)
    {
        var pasted = new List<string>();
        foreach (var command in BlockingCodes(output)
            .SelectMany(code => CommandsOf(output, code))
            .Where(command => !IsOtherWay(output, command))
            .Distinct())
        {
            var typed = placeholders.Aggregate(command, (so, one) => so.Replace($"<{one.Key}>", one.Value, StringComparison.Ordinal));
            Assert.That(typed, Does.Not.Contain("<"), "a placeholder that the test does not fill in");
            var run = await Shell.RunAsync("sh", ["-c", typed], Folder, Variables(), deadline: Deadline);
            Assert.That(mayEnd, Does.Contain(run.ExitCode), $"{typed}\n{run.Everything}");
            Assert.That(run.Everything, Does.Not.Contain("DBG0001").And.Not.Contain("syntax error"), typed);
            pasted.Add(typed);
        }

        return pasted;
    }

    static bool IsOtherWay(string output, string command)
    {
        string[] lines = [.. output.Split('\n').Select(line => line.Trim())];
        return Array.IndexOf(lines, command) is > 0 and var at && lines[at - 1].StartsWith("# or", StringComparison.Ordinal);
    }

    /// <summary>The codes of the problems that blocked a run.</summary>
    public static IEnumerable<string> BlockingCodes(string output) =>
        output.Split('\n')
            .Where(line => line.StartsWith("DBG", StringComparison.Ordinal)
                && line.Length > 13
                && line[7..].StartsWith(" error", StringComparison.Ordinal))
            .Select(line => line[..7])
            .Distinct();

    /// <summary>As a person's fresh shell does it.</summary>
    public async Task<string> PasteAsync(string command, string? folder = null) =>
        (await Shell.RunAsync("sh", ["-c", command], folder ?? Folder, Variables(), deadline: Deadline)).Succeeded().Everything;

    /// <summary>The lines below "fix" in the block of a problem, without comments.</summary>
    public static IReadOnlyList<string> CommandsOf(string output, string code)
    {
        var lines = output.Split('\n');
        var block = Array.FindIndex(lines, line => line.StartsWith($"{code} error", StringComparison.Ordinal));
        var fix = block < 0 ? -1 : Array.FindIndex(lines, block, line => line.StartsWith("  fix", StringComparison.Ordinal));
        return fix < 0
            ? []
            : [.. lines.Skip(fix + 1)
                .TakeWhile(line => line.StartsWith("           ", StringComparison.Ordinal))
                .Select(line => line.Trim())
                .Where(line => !line.StartsWith('#'))];
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        root.Delete(recursive: true);
    }

    /// <summary>What a login shell has, and no variable of DbGate's.</summary>
    public Dictionary<string, string?> Variables() => new(MoreVariables)
    {
        ["PATH"] = string.Join(
            Path.PathSeparator,
            new[] { Path.Combine(root.FullName, "bin"), clients.Folder, Environment.GetEnvironmentVariable("PATH") }.OfType<string>()),
        ["DATABASE_URL"] = MoreVariables.GetValueOrDefault("DATABASE_URL"),
        ["DATABASE_URL_STAGING"] = null,
        ["DIRECT_URL"] = null,
        ["GITHUB_ACTIONS"] = null,
        ["CI"] = null,
    };

    sealed record ThrowawayClients(string? Folder);
}
