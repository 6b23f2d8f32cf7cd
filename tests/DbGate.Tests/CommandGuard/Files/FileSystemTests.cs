using System.Diagnostics;
using DbGate.CommandGuard;
using RepositoryFiles = DbGate.CommandGuard.Files.Repository;

namespace DbGate.Tests.CommandGuard.Files;

[Platform(Include = "Unix")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class FileSystemTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dbgate-guard-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
        File.WriteAllText(Path.Combine(root, path), text);
    }

    [Test]
    public void A_link_to_an_ignored_environment_file_that_does_not_exist_does_not_block()
    {
        Write("apps/web/x", "");
        Write("Procfile", "web: node server.js\n");
        Write("server.js", "");
        File.CreateSymbolicLink(Path.Combine(root, "apps/web/.env"), "../../.env");
        var report = Guard.Inspect(new GuardRequest(root));

        Assert.That(
            (report.Blocks, report.Unreadable.Single().Location.File, report.Unreadable.Single().IsEntrypoint),
            Is.EqualTo((false, "apps/web/.env", false)));
    }

    [TestCase("")]
    [TestCase("/")]
    [TestCase("//")]
    [TestCase("/.")]
    public void A_slash_behind_the_root_changes_nothing(string suffix)
    {
        Write(".env.shared", "NODE_ENV=production\n");
        Write("Dockerfile", "FROM node\nCOPY . .\nCMD npx prisma migrate deploy\n");
        File.CreateSymbolicLink(Path.Combine(root, ".env.production"), ".env.shared");

        Assert.That(Guard.Inspect(new GuardRequest(root + suffix)).Blocks, Is.False);
    }

    [Test]
    public void A_root_behind_a_link_is_the_same_root()
    {
        Write("real/Procfile.all", "web: node server.js\n");
        File.CreateSymbolicLink(Path.Combine(root, "real/Procfile"), Path.Combine(root, "real/Procfile.all"));
        Directory.CreateSymbolicLink(Path.Combine(root, "linked"), Path.Combine(root, "real"));

        Assert.That(Guard.Inspect(new GuardRequest(Path.Combine(root, "linked"))).Unreadable, Is.Empty);
    }

    [TestCase("Dockerfile", true)]
    [TestCase(".env.production", true)]
    [CancelAfter(60_000)]
    public void A_pipe_is_named_and_not_waited_for(string name, bool blocks)
    {
        using (var mkfifo = Process.Start("mkfifo", Path.Combine(root, name)))
        {
            mkfifo.WaitForExit();
        }

        var report = Guard.Inspect(new GuardRequest(root));

        Assert.That(
            (report.Blocks, report.Unreadable.Single().Reason),
            Is.EqualTo((blocks, "not a regular file but a pipe, a socket or a device")));
    }

    [Test]
    public void An_empty_file_is_no_pipe()
    {
        Write("Dockerfile", "");

        Assert.That(Guard.Inspect(new GuardRequest(root)).Unreadable, Is.Empty);
    }

    [Test]
    public void Names_are_the_same_in_any_case_where_the_file_system_takes_them_so()
    {
        Write("Scripts/Start.sh", "npx prisma db push\n");
        var (exact, same) =
            (RepositoryFiles.Walk(root, ignoresCase: false, CancellationToken.None),
                RepositoryFiles.Walk(root, ignoresCase: true, CancellationToken.None));

        Assert.That(
            (exact.Contains("scripts/start.sh"), same.Contains("scripts/start.sh"), same.Contains("scripts/gone.sh")),
            Is.EqualTo((false, true, false)));
    }
}
