using System.Text.Json;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Releases;

namespace DbGate.Tests.Releases;

/// <summary>What changes a database or a store outside of a release leaves evidence too; what only looks does not.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RecordedTasks
{
    [Test]
    public async Task Of_the_protection_leave_evidence()
    {
        await using var project = await PlannedProject.CreateAsync();

        await ExpectAsync(project, new ProtectStep(), "protect", []);
        await ExpectAsync(project, new ProtectStep(), null, [("verify", "true")]);
        await ExpectAsync(project, new ProtectStep(), null, [("print-sql", "true")]);
        await ExpectAsync(project, new UnprotectStep(), "unprotect", []);
        await ExpectAsync(project, new UnprotectStep(), null, []);
    }

    [Test]
    public async Task Of_backups_leave_evidence()
    {
        await using var project = await PlannedProject.CreateAsync();
        (await project.RunAsync(new BackupFirstStep())).Expect(null);

        await ExpectAsync(project, new RestoreTestStep(), "restore-test", []);
        await ExpectAsync(project, new RestoreTestStep(), null, [("due-after", "30d")]);
        await ExpectAsync(project, new PruneBackupsStep(), null, [("preview", "true")]);
        await ExpectAsync(project, new PruneBackupsStep(), "prune-backups", []);
    }

    /// <summary>The backup was taken before the protection was installed.</summary>
    [Test]
    public async Task Restore_leaves_evidence_and_installs_lost_protection_again()
    {
        await using var project = await PlannedProject.CreateAsync();
        var backup = await project.RunAsync(new BackupFirstStep());
        backup.Expect(null);
        (await project.RunAsync(new ProtectStep(), ("protection-tripwire-tables", "User"))).Expect(null);
        var name = Path.GetFileName(Directory.GetFiles(project.Of("backups"), "*.sql.gz").Single());

        var restore = await project.RunAsync(new RestoreStep(), ("backup", name));
        restore.Expect(null);
        var former = restore.Result.Facts.Single(fact => fact.Name == "former database").Value.Split(' ')[0];
        await DropAsync(former);

        Assert.That(
            restore.Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Does.Contain("protection: the backup does not contain it; it was installed again"));
        Assert.That(Records(project).TakeLast(2), Is.EqualTo(new[] { "restore began", "restore passed" }));
        var verified = await project.RunAsync(new ProtectStep(), ("verify", "true"));
        verified.Expect(null);
        Assert.That(verified.Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"), Does.Contain("tripwire: public.User"));
    }

    static async Task ExpectAsync(PlannedProject project, IStep step, string? kind, (string, string)[] options)
    {
        var before = Records(project);
        (await project.RunAsync(step, options)).Expect(null);

        Assert.That(
            Records(project).Skip(before.Count), Is.EqualTo(kind is null ? Array.Empty<string>() : [$"{kind} passed"]),
            $"{step.Descriptor.Name} {string.Join(' ', options)}");
    }

    static List<string> Records(PlannedProject project)
    {
        var folder = project.Of("backups/evidence");
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(file =>
            {
                using var record = JsonDocument.Parse(File.ReadAllBytes(file));
                return $"{record.RootElement.GetProperty("kind").GetString()} {record.RootElement.GetProperty("outcome").GetString()}";
            }),
        ];
    }

    static async Task DropAsync(string database)
    {
        var server = await TestServer.SharedAsync();
        await using var session =
            await Session.OpenAsync(server.Url, new SessionOptions { CommandTimeout = TimeSpan.FromMinutes(3) }, default);
        await session.ExecuteAsync($"DROP DATABASE {Sql.Identifier(database)} WITH (FORCE)", default);
    }
}
