using System.Diagnostics;
using DbGate.Storage;

namespace DbGate.Tests.Storage.Local;

[Category("Root")]
[Platform("Linux")]
[Parallelizable(ParallelScope.Self)]
public sealed class FullDisks
{
    TemporaryFolder folder = null!;

    [OneTimeSetUp]
    public void Mount()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Only root can mount the small tmpfs that this test fills.");
        }

        folder = new();
        if (Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path) != 0)
        {
            folder.Dispose();
            Assert.Ignore("This machine lets even root mount nothing.");
        }
    }

    [OneTimeTearDown]
    public void Unmount()
    {
        if (folder is not null && Run("umount", folder.Path) == 0)
        {
            folder.Dispose();
        }
    }

    [Test]
    public async Task Stop_the_backup_and_leave_nothing()
    {
        var store = ObjectStores.Open(new StoreOptions.Folder(folder.Path));
        await store.WriteBytesAsync("earlier.sql.gz", new byte[100], CancellationToken.None);

        Assert.That(async () => await store.WriteBytesAsync("a.sql.gz", new byte[2 << 20], CancellationToken.None), Fails.With("DBG0347"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName), Is.EqualTo(["earlier.sql.gz"]));
    }

    static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
