using System.Security.Cryptography;
using System.Text;
using DbGate.Gates.Steps;
using DbGate.Migrations.Drift;
using DbGate.Releases.Rehearsals;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Tests.Releases;

/// <summary>Catalogs of replayed migrations are kept with a signature, and nothing else counts.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReplaysOfDrift
{
    static readonly CatalogSnapshot Catalog = new([new CatalogObject("table", "public.t", null, [new CatalogProperty("kind", "r")])]);

    [Test]
    public async Task Are_found_by_the_digest_with_this_key_only()
    {
        using var folder = new GatedProject();
        using var key = Key();
        using var other = Key();
        var store = ObjectStores.Open(new StoreOptions.Folder(folder.Root));
        await new ReplayCache(store, key).SaveAsync("a1", Catalog, default);

        Assert.That((await new ReplayCache(store, key).FindAsync("a1", default))!.Objects.Single().Identity, Is.EqualTo("public.t"));
        Assert.That(await new ReplayCache(store, other).FindAsync("a1", default), Is.Null);
        Assert.That(await new ReplayCache(store, key).FindAsync("b2", default), Is.Null);
    }

    /// <summary>A commit whose code writes into the store's folder cannot make drift disappear.</summary>
    [Test]
    public async Task Do_not_count_when_they_were_written_renamed_or_changed_by_others()
    {
        using var folder = new GatedProject();
        using var key = Key();
        var store = ObjectStores.Open(new StoreOptions.Folder(folder.Root));
        var cache = new ReplayCache(store, key);
        await cache.SaveAsync("a1", Catalog, default);
        var text = await File.ReadAllTextAsync(folder.Of("replays/a1.json"));

        folder.With("replays/b2.json", text);
        folder.With("replays/c3.json", text.Replace("a1", "c3", StringComparison.Ordinal));
        folder.With("replays/d4.json", "{\n  \"replay\": \"d4\",\n  \"catalog\": \"\"\n}\n");
        folder.With("replays/e5.json", "no json");

        foreach (var digest in (string[])["b2", "c3", "d4", "e5"])
        {
            Assert.That(await cache.FindAsync(digest, default), Is.Null, digest);
        }
    }

    [Test]
    public void Have_another_digest_with_another_file_role_or_server()
    {
        using var project = new GatedProject().With("prisma/migrations/1_a/migration.sql", "SELECT 1;\n").With("tool.py", "1");
        var place = new ReplayPlace(150018, "UTF8", "deploy NOSUPERUSER", "public", CatalogScope.Everything);
        var settings = project.Read();
        var located = DbGate.Migrations.MigrationProject.Locate(settings);
        var first = ReplayDigest.From(place, settings, located);

        Assert.That(ReplayDigest.From(place, settings, located), Is.EqualTo(first));
        Assert.That(ReplayDigest.From(place with { Role = "deploy SUPERUSER" }, settings, located), Is.Not.EqualTo(first));
        Assert.That(ReplayDigest.From(place with { ServerVersion = 170000 }, settings, located), Is.Not.EqualTo(first));
        project.With("tool.py", "2");
        Assert.That(ReplayDigest.From(place, settings, located), Is.Not.EqualTo(first));
    }

    /// <summary>The second rehearsal takes the first one's replay, and finds what was changed since.</summary>
    [Test]
    [Category("Postgres")]
    public async Task Are_taken_by_the_next_rehearsal()
    {
        await using var project = await PlannedProject.CreateAsync();
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        project.Variables["DBGATE_SIGNING_KEY"] = ecdsa.ExportPkcs8PrivateKeyPem();
        var first = (await project.PrepareAsync(rehearsed: true))[1];
        Assert.That(first.Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"), Has.Some.StartsWith("drift: none"));
        var kept = Directory.GetFiles(project.Root, "*.json", SearchOption.AllDirectories)
            .Single(file => file.Contains("/replays/", StringComparison.Ordinal));
        var written = File.GetLastWriteTimeUtc(kept);

        await project.Database.ExecuteAsync("CREATE TABLE pushed (id int)");
        var second = (await project.PrepareAsync(rehearsed: true))[1];

        Assert.That(
            second.Result.Problems.Single().Cause, Is.EqualTo("table public.pushed is in the database, and no migration makes it"));
        Assert.That(File.GetLastWriteTimeUtc(kept), Is.EqualTo(written));
    }

    static SigningKey Key()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SigningKey.Load(ecdsa.ExportPkcs8PrivateKeyPem(), "a test");
    }
}
