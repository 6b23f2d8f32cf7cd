using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DbGate.Storage;
using DbGate.Problems;
using DbGate.Testing.Gcs;
using DbGate.Testing.Http;

namespace DbGate.Tests.Storage.Gcs;

/// <summary>What happens to a backup when Google Cloud Storage or the network misbehaves.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GcsFaults : IAsyncDisposable
{
    const string Key = "shop.sql.gz";
    const string Name = "acme/prod/shop.sql.gz";

    static readonly byte[] Small = Encoding.ASCII.GetBytes("a small archive");
    static readonly byte[] Large = MakeLarge();

    readonly GcsDouble gcs = new();

    StoreOptions.Gcs Options => new(GcsDouble.Bucket) { Endpoint = gcs.Http.Url, Prefix = "acme/prod" };

    IObjectStore Store => ObjectStores.Open(Options, TestRetries.Short);

    public ValueTask DisposeAsync() => gcs.DisposeAsync();

    public static IEnumerable<TestCaseData> Passing()
    {
        foreach (var (name, fault) in new (string, Fault)[]
        {
            ("500", new Fault.Answer(500)),
            ("503", new Fault.Answer(503)),
            ("429", new Fault.Answer(429)),
            ("rate_limit",
                new Fault.Answer(
                    403, """{"error":{"message":"slow down","errors":[{"reason":"rateLimitExceeded"}]}}""", "application/json")),
            ("dropped", new Fault.Drop()),
            ("lost_answer", new Fault.LoseAnswer()),
        })
        {
            foreach (var at in (string[])["begin", "first", "last", "head"])
            {
                yield return new TestCaseData(fault, at).SetArgDisplayNames(name, at);
            }
        }
    }

    [TestCaseSource(nameof(Passing))]
    public async Task That_pass_cost_nothing_but_time(Fault fault, string at)
    {
        gcs.Http.Inject(fault, Matching(at), times: 2);

        await Store.WriteBytesAsync(Key, Large, CancellationToken.None);

        Assert.That(gcs.Find(Name).AsSpan().SequenceEqual(Large));
    }

    [Test]
    public async Task Of_a_store_that_keeps_less_than_it_was_sent_are_made_good()
    {
        gcs.Keeping = length => length > 1 << 20 ? length / 2 : length;

        await Store.WriteBytesAsync(Key, Large, CancellationToken.None);

        Assert.That(gcs.Find(Name).AsSpan().SequenceEqual(Large));
    }

    [Test]
    public void Of_a_store_that_keeps_nothing_end()
    {
        gcs.Keeping = _ => 0;

        Assert.That(async () => await Store.WriteBytesAsync(Key, Large, CancellationToken.None), Fails.With("DBG0346"));
        Assert.That(gcs.Find(Name), Is.Null);
        Assert.That(gcs.OpenSessions, Is.Zero);
    }

    [TestCase("begin")]
    [TestCase("first")]
    [TestCase("last")]
    public void That_stay_leave_no_object(string at)
    {
        gcs.Http.Inject(new Fault.Answer(503), Matching(at), times: 1000);

        Assert.That(async () => await Store.WriteBytesAsync(Key, Large, CancellationToken.None), Fails.With("DBG0346"));
        Assert.That(gcs.Find(Name), Is.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Of_a_store_that_keeps_other_bytes_are_found(bool sameLength)
    {
        gcs.Storing = bytes => sameLength ? [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] : bytes[..^1];

        Assert.That(async () => await Store.WriteBytesAsync(Key, Small, CancellationToken.None), Fails.With("DBG0348"));
    }

    [Test]
    public async Task Of_a_cut_read_are_taken_up_where_it_broke()
    {
        gcs.Place(Name, Large);
        gcs.Http.Inject(new Fault.Cut(1_000_000), request => request.Query.ContainsKey("alt"), times: 3);

        var read = await Store.ReadBytesAsync(Key, int.MaxValue - 1, CancellationToken.None);

        Assert.That(read.AsSpan().SequenceEqual(Large));
    }

    [Test]
    public async Task Never_join_two_objects_in_one_read()
    {
        gcs.Place(Name, Large);
        gcs.Http.Inject(new Fault.Cut(1_000), request => request.Query.ContainsKey("alt"));
        await using var stream = await Store.OpenReadAsync(Key, 0, null, CancellationToken.None);
        gcs.Place(Name, new byte[Large.Length]);

        Assert.That(async () => await stream.CopyToAsync(Stream.Null), Fails.With("DBG0349"));
    }

    [Test]
    public async Task Of_a_held_object_are_told_as_a_lock()
    {
        var stored = await Store.WriteBytesAsync(Key, Small, CancellationToken.None);
        gcs.Held.Add(Name);

        Assert.That(async () => await Store.DeleteAsync(stored, CancellationToken.None), Fails.With("DBG0350"));
    }

    [TestCase(401, "authError", "DBG0344")]
    [TestCase(403, "forbidden", "DBG0345")]
    [TestCase(400, "badRequest", "DBG0354")]
    public async Task Of_a_refusal_are_told_apart(int status, string reason, string expected)
    {
        gcs.Http.Inject(
            new Fault.Answer(
                status, $$$"""{"error":{"message":"words of the store","errors":[{"reason":"{{{reason}}}"}]}}""", "application/json"),
            Matching("begin"));

        var problem = await ProblemOfAsync(Options);

        Assert.That(problem.Code.Id, Is.EqualTo(expected));
        Assert.That(problem.Cause, Does.Contain("words of the store"));
    }

    [Test]
    public async Task Of_a_missing_bucket_name_the_setting()
    {
        var problem = await ProblemOfAsync(Options with { Bucket = "acme-backup" });

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0343"));
        Assert.That($"{problem.Fix}", Does.Contain("GCS_BACKUP_BUCKET"));
    }

    [Test]
    public async Task Without_credentials_are_refused()
    {
        await using var strict = new GcsDouble { WantsToken = true };

        Assert.That((await ProblemOfAsync(Options with { Endpoint = strict.Http.Url })).Code.ExitCode, Is.EqualTo(ExitCode.Credentials));
    }

    [Test]
    public async Task Of_a_credential_file_that_is_not_there_are_refused() =>
        Assert.That(
            (await ProblemOfAsync(Options with { CredentialFile = "/nowhere/key.json" })).Code.ExitCode, Is.EqualTo(ExitCode.Credentials));

    [Test]
    public async Task Do_not_come_of_a_service_accounts_key()
    {
        await using var strict = new GcsDouble { WantsToken = true };
        using var folder = new TemporaryFolder();
        using var rsa = RSA.Create(2048);
        await File.WriteAllTextAsync(folder.Of("key.json"), JsonSerializer.Serialize(new
        {
            type = "service_account",
            project_id = "acme",
            private_key_id = "1",
            private_key = rsa.ExportPkcs8PrivateKeyPem(),
            client_email = "backup@acme.iam.gserviceaccount.com",
            client_id = "1",
            token_uri = new Uri(strict.Http.Url, "/token").AbsoluteUri,
        }));

        await ObjectStores.Open(Options with { Endpoint = strict.Http.Url, CredentialFile = folder.Of("key.json") }, TestRetries.Short)
            .WriteBytesAsync(Key, Small, CancellationToken.None);

        Assert.That(strict.Find(Name), Is.EqualTo(Small));
        Assert.That(strict.Http.Seen.Count(request => request.RawPath == "/token"), Is.EqualTo(1));
    }

    async Task<Problem> ProblemOfAsync(StoreOptions.Gcs options)
    {
        try
        {
            await ObjectStores.Open(options, TestRetries.Short).WriteBytesAsync(Key, Small, CancellationToken.None);
        }
        catch (GateException exception)
        {
            return exception.Problem;
        }

        throw new AssertionException("Nothing failed.");
    }

    static Func<HttpExchange, bool> Matching(string at) => at switch
    {
        "begin" => request => request.Method == "POST",
        "head" => request => request.Method == "GET",
        "first" => request => request.Method == "PUT" && request.Header("Content-Range")!.StartsWith("bytes 0-", StringComparison.Ordinal),
        _ => request => request.Method == "PUT" && request.Header("Content-Range")!.EndsWith($"/{Large.Length}", StringComparison.Ordinal),
    };

    static byte[] MakeLarge()
    {
        var bytes = new byte[(9 << 20) + 77];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
