using System.Runtime.InteropServices;

namespace DbGate.EndToEnd;

/// <summary>
/// The files of docs/schedules, run literally with the empty environment of cron and systemd; only their folders are replaced.
/// </summary>
[Category("Postgres")]
[Platform("Linux")]
public sealed partial class Schedules
{
    const string Installed = "/usr/local/bin";
    const string Project = "/srv/shop";

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    static string Dotnet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    [Test]
    public async Task Of_cron_back_up_and_test_the_restore()
    {
        await using var project = await CreateAsync();
        var commands =
            Lines("dbgate.cron")
                .Where(line => line.StartsWith("0 ", StringComparison.Ordinal))
                .Select(line => line.Split(' ', 6)[5])
                .ToArray();
        Assert.That(commands, Has.Length.EqualTo(2));

        var path = Lines("dbgate.cron").Single(line => line.StartsWith("PATH=", StringComparison.Ordinal));
        foreach (var command in commands)
        {
            (await RunAsync(project, "/", command, path)).Succeeded();
        }

        Assert.That(Directory.GetFiles(Path.Combine(project.Folder, "backups"), "*.manifest.json"), Is.Not.Empty);
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(project.Folder, ".env.production")), Does.Contain("LAST_BACKUP_RESTORE_TEST_DATE="));
    }

    [Test]
    public async Task Of_systemd_back_up()
    {
        await using var project = await CreateAsync();
        string Value(string key) =>
            Lines("dbgate-backup.service").Single(line => line.StartsWith($"{key}=", StringComparison.Ordinal))[(key.Length + 1)..];

        (await RunAsync(project, Value("WorkingDirectory"), Value("ExecStart"))).Succeeded();

        Assert.That(Directory.GetFiles(Path.Combine(project.Folder, "backups"), "*.manifest.json"), Is.Not.Empty);
    }

    /// <summary>The line that the file shows for a checkout of DbGate next to the project.</summary>
    [Test]
    public async Task Of_cron_call_a_neighbouring_checkout()
    {
        await using var project = await CreateAsync();
        var text = string.Join(' ', Lines("dbgate.cron").Select(line => line.TrimStart('#', ' ')));
        var command = Neighbour().Match(text).Value;
        Assert.That(command, Is.Not.Empty);

        (await RunAsync(project, "/", command.Replace("/srv/dbgate", Repository.Root, StringComparison.Ordinal))).Succeeded();

        Assert.That(Directory.GetFiles(Path.Combine(project.Folder, "backups"), "*.manifest.json"), Is.Not.Empty);
    }

    /// <summary>The script of the step, with the step's variables; secrets are the runner's. On Sundays it tests a restore.</summary>
    [Test]
    [Category("Nightly")]
    public async Task Of_github_call_a_checkout_in_the_workspace()
    {
        await using var project = await CreateAsync();
        Directory.CreateSymbolicLink(Path.Combine(project.Folder, "dbgate"), Repository.Root);
        var script = string.Join('\n', Lines("database-backup.yml").SkipWhile(line => line != "        run: |").Skip(1));

        (await RunAsync(
            project, Project, $"export GITHUB_WORKSPACE='{Project}' BACKUP_ENABLED=true\nset -e\n{script}")).Succeeded();

        Assert.That(Directory.GetFiles(Path.Combine(project.Folder, "backups"), "*.manifest.json"), Is.Not.Empty);
    }

    /// <summary>The container's arguments; its image starts the tool. A folder is in the place of the secret's bucket.</summary>
    [Test]
    public async Task Of_kubernetes_back_up_with_the_arguments_of_the_container()
    {
        await using var project = await CreateAsync();
        var line = Lines("dbgate-backup.cronjob.yaml")
            .Single(one => one.TrimStart().StartsWith("args: [", StringComparison.Ordinal));
        var arguments = line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..line.LastIndexOf(']')]
            .Replace("\", \"", " ", StringComparison.Ordinal)
            .Trim('"');

        (await RunAsync(project, Project, $"BACKUP_ENABLED=true {Installed}/dbgate {arguments}")).Succeeded();

        Assert.That(Directory.GetFiles(Path.Combine(project.Folder, "backups"), "*.manifest.json"), Is.Not.Empty);
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"/srv/dbgate/build\.sh [^.]*?/srv/shop")]
    private static partial System.Text.RegularExpressions.Regex Neighbour();

    static async Task<ToolProject> CreateAsync()
    {
        var project = await ToolProject.CreateAsync("{}");
        project.Write(".gitignore", ".env.*\nbackups/\nartifacts/\n");
        (await Shell.RunAsync("sh", ["-c", "git init -q && git add .gitignore"], project.Folder)).Succeeded();
        project.Write(".env.production", $"DATABASE_URL_PROD={project.Database.UrlText}\nBACKUP_ENABLED=true\nBACKUP_RETENTION_DAYS=30\n");
        Directory.CreateDirectory(Bin(project));
        Script.Write(Path.Combine(Bin(project), "dbgate"), $"#!/bin/sh\nexec {Dotnet} '{ToolProject.Tool}' \"$@\"\n");
        await project.Database.ExecuteAsync("CREATE TABLE wallet (id int PRIMARY KEY); INSERT INTO wallet VALUES (1)");
        return project;
    }

    static IEnumerable<string> Lines(string file) => File.ReadAllLines(Path.Combine(Repository.Root, "docs", "schedules", file));

    static string Bin(ToolProject project) => Path.Combine(project.Folder, "..", "usr-local-bin");

    static Task<ShellResult> RunAsync(ToolProject project, string folder, string command, string path = "PATH=/usr/bin:/bin")
    {
        string Here(string text) => text
            .Replace(Installed, Bin(project), StringComparison.Ordinal)
            .Replace(Project, project.Folder, StringComparison.Ordinal);
        return Shell.RunAsync(
            "env", ["-i", Here(path), $"HOME={Path.GetTempPath()}", "sh", "-c", Here(command)], Here(folder), deadline: Deadline);
    }
}
