using DbGate.Migrations.Tools;
using System.Runtime.InteropServices;
using DbGate.Storage.Local;
using DbGate.Migrations;
using DbGate.Problems;

namespace DbGate.Tests.Storage;

/// <summary>A folder that may not be read is not an absent one, and not a fault of DbGate.</summary>
[Parallelizable(ParallelScope.All)]
[Platform("Linux")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class UnreadableFolders
{
    const int Nobody = 65534;

    [Test]
    public void Of_backups_are_refused_with_the_commands_that_help() => AsAnother(folder =>
    {
        var thrown = Assert.Throws<GateException>(() => List(Path.Combine(folder, "backups")));
        Assert.That((thrown!.Problem.Code.Id, thrown.Problem.Code.ExitCode), Is.EqualTo(("DBG0351", ExitCode.Usage)));
        Assert.That($"{thrown.Problem.Fix}", Does.Contain("sudo chown -R ").And.Contain("chmod -R u+rwX "));
    });

    [Test]
    public void Of_an_object_are_refused() => AsAnother(folder =>
        Assert.That(
            () => new LocalStore(Path.Combine(folder, "backups")).HeadAsync("a.json", CancellationToken.None).GetAwaiter().GetResult(),
            Throws.TypeOf<GateException>().With.Matches<GateException>(thrown => thrown.Problem.Code.Id == "DBG0351")));

    [Test]
    public void Of_migrations_are_not_absent() => AsAnother(folder =>
        Assert.That(
            () => PrismaFolder.Read(Path.Combine(folder, "prisma", "migrations")),
            Throws.TypeOf<GateException>().With.Matches<GateException>(thrown => thrown.Problem.Code.Id == "DBG0211")));

    static void List(string folder)
    {
        var listing = new LocalStore(folder).ListAsync("", CancellationToken.None).GetAsyncEnumerator();
        _ = listing.MoveNextAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>
    /// Folders of mode 000; on a thread whose file accesses are those of another user where this one is root, who may read everything.
    /// </summary>
    static void AsAnother(Action<string> test)
    {
        var root = Directory.CreateTempSubdirectory("dbgate-unreadable-");
        File.SetUnixFileMode(root.FullName, (UnixFileMode)0b111_101_101);
        string[] closed = [Path.Combine(root.FullName, "backups"), Path.Combine(root.FullName, "prisma")];
        foreach (var folder in closed)
        {
            Directory.CreateDirectory(Path.Combine(folder, "migrations", "1_a"));
            File.SetUnixFileMode(folder, UnixFileMode.None);
        }

        Exception? failure = null;
        var thread = new Thread(() =>
        {
            var before = Environment.UserName == "root" ? SetFileUser(Nobody) : -1;
            try
            {
                test(root.FullName);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
            finally
            {
                _ = before < 0 ? 0 : SetFileUser(before);
            }
        });
        thread.Start();
        thread.Join();
        Array.ForEach(closed, folder => File.SetUnixFileMode(folder, (UnixFileMode)0b111_000_000));
        root.Delete(recursive: true);
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetFileUser(int user);
}
