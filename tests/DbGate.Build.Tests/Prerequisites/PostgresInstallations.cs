using System.Reflection;
using Cake.Frosting;
using DbGate.Build.Prerequisites;
using DbGate.Frosting;

namespace DbGate.Build.Tests.Prerequisites;

[Parallelizable(ParallelScope.All)]
public sealed class PostgresInstallations
{
    /// <summary>Each task is in one of the two lists, so a new one is a decision.</summary>
    static readonly string[] WithoutPostgres =
    [
        "Default", "aggregate", "approve", "archives", "audit", "checklist", "compile", "doctor", "fleet", "forbid-db-push",
        "github-approvals", "guard",
        "image", "init", "pack", "packages", "production-safety", "protect", "prune-backups", "publish", "setup", "site", "stats",
        "unprotect",
        "verify-ready",
    ];

    [Test]
    public void Are_made_for_the_tasks_that_start_its_programs_only()
    {
        var tasks = new[] { typeof(PostgresTasks).Assembly, typeof(GateHost).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Select(type => type.GetCustomAttribute<TaskNameAttribute>()?.Name)
            .OfType<string>();

        Assert.That(tasks, Is.EquivalentTo(WithoutPostgres.Concat(PostgresTasks.Names)));
    }

    [Test]
    public void Use_apt_with_all_rights() => Assert.That(
        Lines(PostgresInstallation.Choose(false, isRoot: true, program => program == "apt-get")),
        Is.EqualTo(new[]
        {
            "env DEBIAN_FRONTEND=noninteractive apt-get -qq update",
            "env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql libisal2",
            "env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql",
        }));

    [Test]
    public void Ask_sudo_without_a_prompt() => Assert.That(
        Lines(PostgresInstallation.Choose(false, isRoot: false, program => program is "apt-get" or "sudo")),
        Has.Length.EqualTo(3).And.All.StartsWith("sudo -n env "));

    [Test]
    public void Use_brew() => Assert.That(
        Lines(PostgresInstallation.Choose(false, isRoot: false, program => program == "brew")),
        Is.EqualTo(new[] { "brew install postgresql@17" }));

    [TestCase(true, true, "apt-get")]
    [TestCase(false, false, "apt-get")]
    [TestCase(false, true, "")]
    public void Are_left_to_people(bool isForbidden, bool isRoot, string installed) =>
        Assert.That(PostgresInstallation.Choose(isForbidden, isRoot, program => program == installed), Is.Null);

    static string[] Lines(PostgresInstallation? installation) => [.. installation!.Commands.Select(command => string.Join(' ', command))];
}
