using System.Text;
using DbGate.Configuration;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
public sealed class EnvFiles
{
    const string Name = "LAST_BACKUP_RESTORE_TEST_DATE";

    [TestCase("", "LAST_BACKUP_RESTORE_TEST_DATE=2026-11-22\n")]
    [TestCase("A=1", "A=1\nLAST_BACKUP_RESTORE_TEST_DATE=2026-11-22\n")]
    [TestCase("A=1\r\nB=2\r\n", "A=1\r\nB=2\r\nLAST_BACKUP_RESTORE_TEST_DATE=2026-11-22\r\n")]
    [TestCase(
        "# why\nLAST_BACKUP_RESTORE_TEST_DATE=2026-01-01 # by hand\nB = 'x y'\n",
        "# why\nLAST_BACKUP_RESTORE_TEST_DATE=2026-11-22 # by hand\nB = 'x y'\n")]
    [TestCase("export LAST_BACKUP_RESTORE_TEST_DATE=\"2026-01-01\"\r\n\tC=3", "export LAST_BACKUP_RESTORE_TEST_DATE=2026-11-22\r\n\tC=3")]
    [TestCase("LAST_BACKUP_RESTORE_TEST_DATE=\nA=1\n", "LAST_BACKUP_RESTORE_TEST_DATE=2026-11-22\nA=1\n")]
    [TestCase(
        "A=\"\nLAST_BACKUP_RESTORE_TEST_DATE=no\n\"\nLAST_BACKUP_RESTORE_TEST_DATE=yes",
        "A=\"\nLAST_BACKUP_RESTORE_TEST_DATE=no\n\"\nLAST_BACKUP_RESTORE_TEST_DATE=2026-11-22")]
    [TestCase("\uFEFFA=1\n", "\uFEFFA=1\nLAST_BACKUP_RESTORE_TEST_DATE=2026-11-22\n")]
    public void Keep_every_other_byte(string before, string after) =>
        Assert.That(Encoding.UTF8.GetString(EnvFile.With(Encoding.UTF8.GetBytes(before), ".env", Name, "2026-11-22")), Is.EqualTo(after));

    [Test]
    public void That_are_not_UTF_8_are_left_alone() =>
        Assert.That(() => EnvFile.With([0x41, 0x3d, 0xff], ".env", Name, "2026-11-22"), Failure.From("DBG0003"));

    [Test]
    public void Are_replaced_whole_and_keep_their_mode()
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-env-");
        var path = Path.Combine(folder.FullName, ".env");
        File.WriteAllText(path, "A=1\n");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Mode);
        }

        EnvFile.Set(path, Name, "2026-11-22");

        Assert.That(File.ReadAllText(path), Is.EqualTo("A=1\nLAST_BACKUP_RESTORE_TEST_DATE=2026-11-22\n"));
        Assert.That(folder.GetFiles(), Has.Length.EqualTo(1));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(Mode));
        }

        folder.Delete(recursive: true);
    }

    [Test]
    public void That_are_links_are_not_followed()
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-env-");
        var real = Path.Combine(folder.FullName, "real");
        File.WriteAllText(real, "A=1\n");
        var link = Path.Combine(folder.FullName, ".env");
        File.CreateSymbolicLink(link, real);

        Assert.That(() => EnvFile.Set(link, Name, "2026-11-22"), Throws.InstanceOf<IOException>());
        Assert.That(File.ReadAllText(real), Is.EqualTo("A=1\n"));
        folder.Delete(recursive: true);
    }
}
