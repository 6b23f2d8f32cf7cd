using System.Runtime.Versioning;
using DbGate.Storage;
using DbGate.Storage.Local;

namespace DbGate.Tests.Storage.Local;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class LocalStores : StoreContract, IDisposable
{
    readonly TemporaryFolder folder = new();

    protected override IObjectStore Store => ObjectStores.Open(new StoreOptions.Folder(folder.Of("backups")));

    string Root => folder.Of("backups");

    public void Dispose() => folder.Dispose();

    [Test]
    [Platform(Exclude = "Win")]
    [UnsupportedOSPlatform("windows")]
    public async Task Keep_objects_for_their_owner_only()
    {
        await Store.WriteBytesAsync("prod/a.json", new byte[1], CancellationToken.None);

        Assert.That(File.GetUnixFileMode(Path.Join(Root, "prod", "a.json")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(
            File.GetUnixFileMode(Path.Join(Root, "prod")),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public void Follow_no_link_on_write()
    {
        Directory.CreateDirectory(Root);
        var elsewhere = Directory.CreateDirectory(folder.Of("elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Join(Root, "prod"), elsewhere);

        Assert.That(async () => await Store.CreateAsync("prod/a.json", CancellationToken.None), Fails.With("DBG0351"));
        Assert.That(Directory.EnumerateFileSystemEntries(elsewhere), Is.Empty);
    }

    [Test]
    public void Take_a_dangling_link_for_a_taken_name()
    {
        Directory.CreateDirectory(Root);
        File.CreateSymbolicLink(Path.Join(Root, "a.json"), folder.Of("elsewhere.json"));

        Assert.That(async () => await Store.CreateAsync("a.json", CancellationToken.None), Fails.With("DBG0341"));
    }

    [Test]
    public async Task Do_not_follow_a_link_that_appears_during_the_write()
    {
        await using var writer = await Store.CreateAsync("a.json", CancellationToken.None);
        File.CreateSymbolicLink(Path.Join(Root, "a.json"), folder.Of("elsewhere.json"));
        await writer.WriteAsync(new byte[1], CancellationToken.None);

        Assert.That(async () => await writer.CompleteAsync(CancellationToken.None), Fails.With("DBG0341"));
        Assert.That(File.Exists(folder.Of("elsewhere.json")), Is.False);
    }

    [Test]
    public async Task Show_no_linked_file()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(folder.Of("secret.json"), "secret");
        File.CreateSymbolicLink(Path.Join(Root, "a.json"), folder.Of("secret.json"));

        Assert.That(await KeysAsync(string.Empty), Is.Empty);
        Assert.That(async () => await Store.OpenReadAsync("a.json", 0, null, CancellationToken.None), Fails.With("DBG0342"));
    }

    [Test]
    public async Task Use_a_folder_that_is_itself_a_link()
    {
        Directory.CreateSymbolicLink(Root, Directory.CreateDirectory(folder.Of("real")).FullName);

        await Store.WriteBytesAsync("a.json", new byte[1], CancellationToken.None);

        Assert.That(await KeysAsync(string.Empty), Is.EqualTo(["a.json"]));
    }

    [Test]
    public async Task List_and_drop_what_a_killed_writer_left()
    {
        Directory.CreateDirectory(Path.Join(Root, "prod"));
        var left = LocalPaths.TemporaryFor(Path.Join(Root, "prod", "a.sql.gz"));
        File.WriteAllText(left, "half");

        var unfinished = (await UnfinishedAsync()).Single();
        Assert.That(unfinished.Key, Is.EqualTo("prod/a.sql.gz"));
        Assert.That(await ((IUnfinishedUploads)Store).AbortAsync(unfinished, CancellationToken.None), Is.True);
        Assert.That(File.Exists(left), Is.False);
    }

    [Test]
    public async Task Leave_a_living_writers_file_alone()
    {
        await using var writer = await Store.CreateAsync("a.json", CancellationToken.None);
        await writer.WriteAsync(new byte[1], CancellationToken.None);

        var unfinished = (await UnfinishedAsync()).Single();
        Assert.That(await ((IUnfinishedUploads)Store).AbortAsync(unfinished, CancellationToken.None), Is.False);
        Assert.That(async () => await writer.CompleteAsync(CancellationToken.None), Throws.Nothing);
    }

    [Test]
    public async Task Drop_no_file_outside_the_folder()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(folder.Of(".a.0.partial"), "not ours");

        await ((IUnfinishedUploads)Store).AbortAsync(new("a", "../.a.0.partial", default), CancellationToken.None);

        Assert.That(File.Exists(folder.Of(".a.0.partial")), Is.True);
    }

    [Test]
    public void Refuse_a_file_in_place_of_the_folder()
    {
        File.WriteAllText(Root, "a file");

        Assert.That(async () => await Store.CreateAsync("a.json", CancellationToken.None), Fails.With("DBG0351"));
    }
}
