using System.Formats.Tar;
using System.IO.Compression;
using DbGate.Build.Archives;

namespace DbGate.Build.Tests.Archives;

[Parallelizable(ParallelScope.All)]
public sealed class ArchiveFiles
{
    [TestCase("dbgate.tar.gz")]
    [TestCase("dbgate.zip")]
    public void Have_the_same_bytes_whenever_they_are_made(string name)
    {
        using var folder = new Folder();
        var first = folder.Pack(name);
        Directory.SetLastWriteTimeUtc(folder.Source, DateTime.UnixEpoch);
        File.SetLastWriteTimeUtc(Path.Combine(folder.Source, "dbgate"), DateTime.UnixEpoch);

        Assert.That(File.ReadAllBytes(folder.Pack("again-" + name)), Is.EqualTo(File.ReadAllBytes(first)));
    }

    [Test]
    public void Keep_the_program_executable_and_only_it()
    {
        using var folder = new Folder();
        using var gzip = new GZipStream(File.OpenRead(folder.Pack("dbgate.tar.gz")), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        var entries = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            entries.Add($"{entry.Name} {(entry.Mode.HasFlag(UnixFileMode.UserExecute) ? "x" : "-")}");
        }

        Assert.That(entries, Is.EqualTo(new[] { "dbgate-1/dbgate x", "dbgate-1/lib/a.dll -" }));
    }

    [Test]
    public void Have_a_sum_that_sha256sum_reads()
    {
        using var folder = new Folder();

        Assert.That(
            ArchiveFile.Sum(Path.Combine(folder.Source, "dbgate")),
            Is.EqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  dbgate\n"));
    }

    sealed class Folder : IDisposable
    {
        readonly string root = Directory.CreateTempSubdirectory("dbgate-archive-").FullName;

        public Folder()
        {
            Directory.CreateDirectory(Path.Combine(Source, "lib"));
            File.WriteAllText(Path.Combine(Source, "dbgate"), "hello");
            File.WriteAllText(Path.Combine(Source, "lib", "a.dll"), "a");
        }

        public string Source => Path.Combine(root, "source");

        public string Pack(string name)
        {
            var path = Path.Combine(root, name);
            ArchiveFile.Write(path, Source, "dbgate-1", ["dbgate"], new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero));
            return path;
        }

        public void Dispose() => Directory.Delete(root, recursive: true);
    }
}
