using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Build.Demo;

/// <summary>Shows a release that passes and two that are blocked, on a real database, with the very commands that people type.</summary>
sealed class DemoRun(DemoServer server, DemoProject project) : IAsyncDisposable
{
    /// <summary>What the secrets and variables of a protected job would be: the commit cannot set them.</summary>
    readonly Dictionary<string, string> variables = [];

    IDemoApplication? application;

    string Environment => server.HasTls ? "production" : "staging";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Say($"a throwaway database: {server.Source}");
        var url = await CreateDatabaseAsync(cancellationToken);
        WriteSettings(url);
        await project.PrepareAsync(cancellationToken);

        Say(project.Words);
        await ExpectAsync(ExitCode.Pass, "migrate-deploy", "--environment=development");
        await using (var session = await Session.OpenAsync(url, null, cancellationToken))
        {
            await session.ExecuteScriptAsync(project.Seed, cancellationToken);
        }

        Say("a release with one more migration");
        project.AddNextMigration();
        await StartAsync(url, cancellationToken);
        await ExpectAsync(ExitCode.Pass, "release", $"--environment={Environment}");

        Say("a release whose migration would fail: the plan says so, and nothing happens");
        project.AddFailingMigration();
        await ExpectAsync(ExitCode.Blocked, "release", $"--environment={Environment}");

        Say("the deploy alone, without a plan, is judged by the same rules");
        await ExpectAsync(ExitCode.Blocked, "migrate-deploy", $"--environment={Environment}");

        Say("the rules of development let it through, and it fails; the next release is blocked before anything happens");
        await ExpectAsync(ExitCode.MigrationFailed, "migrate-deploy", "--environment=development");
        await ExpectAsync(ExitCode.Blocked, "release", $"--environment={Environment}");

        Say("the image's start script pushes the schema");
        project.LetTheImagePush();
        await ExpectAsync(ExitCode.Blocked, "release", $"--environment={Environment}");

        Say($"reports: {Path.Combine(project.Folder, "artifacts/dbgate")}");
    }

    public async ValueTask DisposeAsync()
    {
        if (application is not null)
        {
            await application.DisposeAsync();
        }
    }

    /// <summary>The project's own application, or the demo's.</summary>
    async Task StartAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        application = await project.StartAsync(url, cancellationToken)
            ?? new DemoApplication(() => SettingsReader.Read(
                new Dictionary<string, string> { ["environment"] = Environment, ["project"] = project.Folder }, variables, project.Folder));
        variables["READY_URL"] = application.Address;
    }

    async Task<PostgresUrl> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"demo_{System.Environment.ProcessId}";
        await using var session = await Session.OpenAsync(server.Url, null, cancellationToken);
        await session.ExecuteAsync($"create database {Sql.Identifier(name)}", cancellationToken);
        var url = server.Url.WithDatabase(name);
        return server.HasTls ? url.WithParameter("sslmode", "require") : url;
    }

    void WriteSettings(PostgresUrl url)
    {
        // Rules of the run, which a commit cannot change.
        var policy = Path.Combine(Path.GetDirectoryName(project.Folder)!, $"{Path.GetFileName(project.Folder)}-policy.json");
        File.WriteAllText(policy, project.Policy);
        project.Write(".env", $"DATABASE_URL={url.Reveal()}\n");
        foreach (var (name, value) in new[]
        {
            ("DBGATE_POLICY_FILE", policy),

            // The demo's project is in the checkout of DbGate, whose own files may differ from its commit.
            ("DBGATE_ALLOW_DIRTY_WORK_TREE", "true"),
            ("DATABASE_URL", url.Reveal()),
            ("DATABASE_MAX_CONNECTIONS", "20"),
            ("BACKUP_ENABLED", "true"),
            ("BACKUP_RETENTION_DAYS", "30"),
            ("LAST_BACKUP_RESTORE_TEST_DATE", $"{DateTime.UtcNow:yyyy-MM-dd}"),
            ("READY_TIMEOUT", "30s"),
        })
        {
            variables[name] = value;
        }
    }

    async Task ExpectAsync(ExitCode expected, string target, params string[] options)
    {
        string[] arguments = [$"--target={target}", .. options, .. project.Options, $"--project={project.Folder}"];
        Console.Out.WriteLine($"$ ./build.sh {string.Join(' ', arguments)}");
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(System.Environment.ProcessPath!, [typeof(DemoRun).Assembly.Location, .. arguments])
            {
                EnvironmentBase = EnvironmentBase.Clean,
                Environment = ChildVariables(variables),
                OnLine = line => Console.Out.WriteLine(line.Text),
                Deadline = TimeSpan.FromMinutes(4),
            },
            CancellationToken.None);
        Console.Out.WriteLine($"exit {outcome.ExitCode}");
        if (outcome.ExitCode != (int)expected)
        {
            throw new InvalidOperationException($"The demo expected exit {(int)expected} of {target}, and got {outcome.ExitCode}.");
        }
    }

    /// <summary>
    /// The variables of a run: the demo starts its server from the folder of client programs, and its runs need those of the same version.
    /// </summary>
    internal static IReadOnlyDictionary<string, string?> ChildVariables(IReadOnlyDictionary<string, string> variables) =>
        new Dictionary<string, string?>(variables.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value)))
        {
            [ClientTools.FolderVariable] = System.Environment.GetEnvironmentVariable(ClientTools.FolderVariable),
        };

    static void Say(string text) => Console.Out.WriteLine($"\n── {text}");
}
