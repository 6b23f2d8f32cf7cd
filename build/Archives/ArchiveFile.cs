using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace DbGate.Build.Archives;

/// <summary>A .tar.gz or .zip whose bytes depend on nothing but its files: sorted, of one owner, of one time.</summary>
static class ArchiveFile
{
    /// <summary>Everybody may read it.</summary>
    public const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Everybody may run it.</summary>
    public const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Packs a folder's files under <paramref name="top"/>.</summary>
    /// <param name="path">The archive; its ending chooses the format.</param>
    /// <param name="folder">Whose files, those of its folders too.</param>
    /// <param name="top">The one folder that unpacking makes.</param>
    /// <param name="programs">Names of the files that may be executed.</param>
    /// <param name="time">The time of all entries.</param>
    public static void Write(string path, string folder, string top, IReadOnlyCollection<string> programs, DateTimeOffset time)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (File: file, Name: Path.GetRelativePath(folder, file).Replace('\\', '/')))
            .OrderBy(file => file.Name, StringComparer.Ordinal);
        using var output = new FileStream(path, FileMode.Create, FileAccess.Write);
        if (path.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = new ZipArchive(output, ZipArchiveMode.Create);
            foreach (var (file, name) in files)
            {
                var entry = zip.CreateEntry($"{top}/{name}", CompressionLevel.Optimal);
                entry.LastWriteTime = time;
                using var content = File.OpenRead(file);
                using var target = entry.Open();
                content.CopyTo(target);
            }

            return;
        }

        using var gzip = new GZipStream(output, CompressionLevel.Optimal);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        foreach (var (file, name) in files)
        {
            using var content = File.OpenRead(file);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{top}/{name}")
            {
                DataStream = content,
                Mode = programs.Contains(name) ? Executable : Plain,
                ModificationTime = time,
            });
        }
    }

    /// <summary>One line of a SHA256SUMS file, as <c>sha256sum -c</c> reads it.</summary>
    public static string Sum(string path)
    {
        using var content = File.OpenRead(path);
        return $"{Convert.ToHexStringLower(SHA256.HashData(content))}  {Path.GetFileName(path)}\n";
    }
}
