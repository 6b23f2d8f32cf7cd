using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Targets;

namespace DbGate.Tests.Configuration.Rules;

/// <summary>Names, approvals and addresses that receive credentials never come from a file of the commit.</summary>
[Parallelizable(ParallelScope.All)]
sealed class TrustedOnlySettings
{
    static IEnumerable<Setting> All => SettingsCatalog.All.Where(setting => setting.Class == SettingClass.TrustedOnly);

    static IEnumerable<Setting> InFiles => All.Where(setting => !setting.IsSecret);

    static IEnumerable<Setting> WithVariables =>
        All.Where(setting => setting.Variables is [var name, ..] && name.StartsWith("DBGATE_", StringComparison.Ordinal));

    [TestCaseSource(nameof(InFiles))]
    public void Are_refused_in_dbgate_json(Setting setting)
    {
        using var project = new GatedProject().With("dbgate.json", WeakestValues.File(setting.Name, "x"));

        Assert.That(() => project.Read(), Failure.From("DBG0580", problem => problem.Location!.Line == 1));
    }

    [TestCaseSource(nameof(WithVariables))]
    public void Are_refused_in_an_env_file_of_the_commit(Setting setting)
    {
        using var project = new GatedProject().With(".env", $"{setting.Variables[0]}=x\n");

        Assert.That(() => project.Read(), Failure.From("DBG0580", problem => problem.Location!.ToString() == ".env:1"));
    }

    [Test]
    public void Pass_over_the_variables_of_others_in_a_file_of_the_commit()
    {
        using var project = new GatedProject().With(".env", "GITHUB_API_URL=http://127.0.0.1:1\nGITHUB_ACTOR=ana\n");
        var settings = project.Read();

        Assert.That(
            (settings.Find(GitHubSettings.ApiUrl), settings.Find(PlanSettings.RequestedBy)),
            Is.EqualTo(((SettingValue?)null, (SettingValue?)null)));
    }

    [Test]
    public async Task Are_read_from_an_env_file_that_git_does_not_track()
    {
        using var project = new GatedProject().With("README.md", "shop").With(".gitignore", ".env*\n");
        await CommitAsync(project);
        project.With(".env", "DBGATE_REQUESTED_BY=ana\n").With(".env.production", "DATABASE_URL=postgresql://u@h/shop\n");

        Assert.That(project.Read().Get(PlanSettings.RequestedBy), Is.EqualTo("ana"));
        Assert.That(Target.Resolve(project.Read(options: new() { ["environment"] = "production" })).Url.Database, Is.EqualTo("shop"));
    }

    [Test]
    public async Task Are_refused_in_an_env_file_that_git_tracks_also_when_it_was_edited_since()
    {
        using var project = new GatedProject().With("README.md", "shop").With(".env", "A=1\n");
        await CommitAsync(project);
        project.With(".env", "DBGATE_REQUESTED_BY=ana\n");

        Assert.That(() => project.Read(), Failure.From("DBG0580"));
    }

    [Test]
    public void Leave_production_without_the_database_that_a_file_of_the_commit_names()
    {
        using var project = new GatedProject().With(".env.production", "DATABASE_URL_PROD=postgresql://u:hunter2@elsewhere/shop\n");
        var settings = project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production" });

        Assert.That(
            () => Target.Resolve(settings),
            Failure.From(
                "DBG0005",
                problem => problem.Cause!.Contains("DATABASE_URL_PROD in .env.production:1") && !$"{problem}".Contains("hunter2")));
    }

    [TestCase("AWS_ENDPOINT_URL=http://127.0.0.1:1", "DBG0580")]
    [TestCase("AWS_ENDPOINT_URL_S3=https://elsewhere.example", "DBG0580")]
    [TestCase(
        "GOOGLE_APPLICATION_CREDENTIALS=key.json", "DBG0580", Description = "it can name files to read and addresses to send them to")]
    [TestCase("STORAGE_EMULATOR_HOST=127.0.0.1:1\nGOOGLE_APPLICATION_CREDENTIALS=key.json", "DBG0580")]
    [TestCase("AWS_ENDPOINT_URL=http://127.0.0.1:1\nAWS_ACCESS_KEY_ID=a\nAWS_SECRET_ACCESS_KEY=b", null)]
    public void Send_the_runs_credentials_to_no_store_that_a_file_of_the_commit_names(string text, string? code)
    {
        using var project = new GatedProject().With(".env", text + "\n");
        var settings = project.Read(new() { ["BACKUP_UPLOAD_ENABLED"] = "true", ["AWS_S3_BACKUP_BUCKET"] = "backups" });

        Assert.That(() => StoreVariables.Read(settings, text.Split('=')[0]), code is null ? Throws.Nothing : Failure.From(code));
    }

    [TestCase("approvers", "approvers", "production", "DBG0580")]
    [TestCase("approvers", "approvers", "staging", null)]
    [TestCase("link", "approvers", "production", "DBG0580", Description = "a link of the machine to a file of the commit")]
    [TestCase("own", null, "production", null, Description = "not tracked")]
    public async Task Demand_a_list_of_approvers_that_the_commit_does_not_hold(
        string file, string? tracked, string environment, string? code)
    {
        using var project = new GatedProject().With("README.md", "shop");
        if (tracked is not null)
        {
            project.With(tracked, "ben\n");
        }

        await CommitAsync(project);
        if (file == "link")
        {
            File.CreateSymbolicLink(project.Of(file), project.Of("approvers"));
        }
        else if (tracked is null)
        {
            project.With(file, "ben\n");
        }

        Assert.That(
            () => project.Read(options: new() { ["environment"] = environment, ["approvers-file"] = file }),
            code is null ? Throws.Nothing : Failure.From(code));
    }

    [Test]
    public void Belong_to_the_commit_in_a_submodule_and_behind_a_tracked_link()
    {
        using var project = new GatedProject().With("rules/policy.json", "{}").With("elsewhere/policy.json", "{}");
        Directory.CreateSymbolicLink(project.Of("link"), project.Of("elsewhere"));
        var files = new CommitFiles(project.Root, new HashSet<string> { "rules", "link" });

        Assert.That(files.Contains(project.Root, project.Of("rules/policy.json")), "a submodule: its commit is chosen by the commit");
        Assert.That(files.Contains(project.Root, project.Of("link/policy.json")), "a link that git tracks");
        Assert.That(files.Contains(project.Root, project.Of("elsewhere/policy.json")), Is.False);
    }

    static async Task CommitAsync(GatedProject project)
    {
        string[][] commands =
        [
            ["init", "--quiet"], ["add", "--all"],
            ["-c", "user.name=ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message",
                "the shop"],
        ];
        foreach (var command in commands)
        {
            var git = await Shell.RunAsync("git", command, project.Root);
            Assert.That(git.ExitCode, Is.Zero, git.Everything);
        }
    }
}
