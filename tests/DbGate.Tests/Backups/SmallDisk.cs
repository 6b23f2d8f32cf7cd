using System.Globalization;

namespace DbGate.Tests.Backups;

/// <summary>A real file system that is soon full: a tmpfs. Mounting needs root, or sudo without a password as CI runners have it.</summary>
sealed class SmallDisk : IAsyncDisposable
{
    readonly DirectoryInfo folder;

    SmallDisk(DirectoryInfo folder) => this.folder = folder;

    public string Folder => folder.FullName;

    public static async Task<SmallDisk> MountAsync(int bytes)
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-disk-");
        var result =
            await RootAsync(
                "mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes},mode=0777"), "tmpfs",
                folder.FullName);
        if (result.ExitCode != 0)
        {
            folder.Delete();
            throw Counterpart.Missing(
                $"no small disk could be mounted: {result.Everything.Trim()}", "run the tests as root, or allow sudo mount");
        }

        return new(folder);
    }

    public async ValueTask DisposeAsync()
    {
        (await RootAsync("umount", "--lazy", Folder)).Succeeded();
        folder.Delete();
    }

    static Task<ShellResult> RootAsync(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? Shell.RunAsync(program, arguments)
        : Shell.RunAsync("sudo", ["-n", program, .. arguments]);
}
