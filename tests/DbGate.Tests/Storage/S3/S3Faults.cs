using System.Text;
using DbGate.Storage;
using DbGate.Problems;
using DbGate.Testing.Http;
using DbGate.Testing.S3;

namespace DbGate.Tests.Storage.S3;

/// <summary>What happens to a backup when the store or the network misbehaves.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class S3Faults : IAsyncDisposable
{
    const string Key = "shop.sql.gz";
    const string Name = "acme/prod/shop.sql.gz";

    static readonly byte[] Small = Encoding.ASCII.GetBytes("a small archive");
    static readonly byte[] Large = MakeLarge();

    readonly S3Double s3 = new();

    public ValueTask DisposeAsync() => s3.DisposeAsync();

    public static IEnumerable<TestCaseData> Passing()
    {
        foreach (var (name, fault) in new (string, Fault)[]
        {
            ("500", new Fault.Answer(500, "<Error><Code>InternalError</Code></Error>")),
            ("503", new Fault.Answer(503, "<Error><Code>SlowDown</Code></Error>")),
            ("429", new Fault.Answer(429)),
            ("502_of_a_proxy", new Fault.Answer(502, "<html>Bad gateway</html>", "text/html")),
            ("dropped", new Fault.Drop()),
            ("lost_answer", new Fault.LoseAnswer()),
        })
        {
            yield return new TestCaseData(fault, "PUT", Small).SetArgDisplayNames(name, "put");
            yield return new TestCaseData(fault, "uploads", Large).SetArgDisplayNames(name, "begin");
            yield return new TestCaseData(fault, "partNumber=2", Large).SetArgDisplayNames(name, "part");
            yield return new TestCaseData(fault, "POST uploadId", Large).SetArgDisplayNames(name, "complete");
            yield return new TestCaseData(fault, "HEAD", Small).SetArgDisplayNames(name, "head");
        }
    }

    [TestCaseSource(nameof(Passing))]
    public async Task That_pass_cost_nothing_but_time(Fault fault, string at, byte[] content)
    {
        s3.Http.Inject(fault, Matching(at), times: 2);

        await Doubles.Open(s3).WriteBytesAsync(Key, content, CancellationToken.None);

        Assert.That(s3.Find(Name)!.Content.AsSpan().SequenceEqual(content));
        Assert.That(s3.Keys, Is.EqualTo([Name]));
    }

    [TestCase("PUT", false)]
    [TestCase("uploads", true)]
    [TestCase("partNumber=2", true)]
    [TestCase("POST uploadId", true)]
    public async Task That_stay_leave_no_object_and_no_upload(string at, bool large)
    {
        s3.Http.Inject(new Fault.Answer(503, "<Error><Code>SlowDown</Code></Error>"), Matching(at), times: 1000);

        var problem = await ProblemOfAsync(() => Doubles.Open(s3).WriteBytesAsync(Key, large ? Large : Small, CancellationToken.None));

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0346"));
        Assert.That(problem.Code.ExitCode, Is.EqualTo(ExitCode.Environment));
        Assert.That(s3.Keys, Is.Empty);
        Assert.That(s3.UnfinishedUploads, Is.Zero);
        Assert.That(s3.Http.Seen.Count(Matching(at)), Is.EqualTo(TestRetries.Short.Attempts));
    }

    [Test]
    public async Task In_silence_end_at_the_deadline()
    {
        s3.Http.Inject(new Fault.Silence(), Matching("PUT"), times: 1000);
        var store = ObjectStores.Open(Doubles.OptionsFor(s3), TestRetries.WithTimeout(TimeSpan.FromMilliseconds(200)));

        var problem = await ProblemOfAsync(() => store.WriteBytesAsync(Key, Small, CancellationToken.None));

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0346"));
        Assert.That(problem.Cause, Does.Contain("no answer within"));
    }

    [Test]
    public async Task In_silence_are_timed_by_one_clock_only()
    {
        s3.Http.Inject(new Fault.Silence(), Matching("PUT"));
        var once = TestRetries.WithTimeout(TimeSpan.FromMilliseconds(50)) with { Attempts = 1 };
        var store = ObjectStores.Open(Doubles.OptionsFor(s3), once, new SlowClock());

        var problem = await ProblemOfAsync(() => store.WriteBytesAsync(Key, Small, CancellationToken.None));

        Assert.That(problem.Cause, Does.Contain("no answer within"), "the SDK has a clock of its own, which was first");
    }

    [Test]
    public async Task Of_a_front_end_that_could_not_read_a_HEAD_are_asked_again()
    {
        var store = ObjectStores.Open(Doubles.OptionsFor(s3), TestRetries.Short);
        s3.Http.Inject(new Fault.Answer(400), Matching("HEAD"), times: 2);

        Assert.That(await store.HeadAsync(Key, CancellationToken.None), Is.Null);
        Assert.That(s3.Http.Seen.Count(Matching("HEAD")), Is.EqualTo(3));
    }

    [Test]
    public async Task Of_a_front_end_that_never_reads_it_are_told_as_a_refusal()
    {
        var store = ObjectStores.Open(Doubles.OptionsFor(s3), TestRetries.Short);
        s3.Http.Inject(new Fault.Answer(400), Matching("HEAD"), times: 1000);

        var problem = await ProblemOfAsync(() => store.HeadAsync(Key, CancellationToken.None));

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0354"), "the store answers: it is reachable");
    }

    [Test]
    public async Task In_one_silent_answer_are_asked_again()
    {
        s3.Http.Inject(new Fault.Silence(), Matching("PUT"));
        var store = ObjectStores.Open(Doubles.OptionsFor(s3), TestRetries.WithTimeout(TimeSpan.FromSeconds(3)));

        await store.WriteBytesAsync(Key, Small, CancellationToken.None);

        Assert.That(s3.Find(Name)!.Content, Is.EqualTo(Small));
    }

    [Test]
    public async Task Without_a_server_are_told_as_such()
    {
        var endpoint = new Uri($"http://127.0.0.1:{LoopbackPorts.Free()}");
        var store = ObjectStores.Open(Doubles.OptionsFor(s3) with { Endpoint = endpoint }, TestRetries.Short);

        var problem = await ProblemOfAsync(() => store.WriteBytesAsync(Key, Small, CancellationToken.None));

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0346"));
    }

    [Test]
    public async Task Of_a_cut_read_are_taken_up_where_it_broke()
    {
        s3.Place(Name, Large);
        s3.Http.Inject(new Fault.Cut(1_000_000), Matching("GET"), times: 3);

        var read = await Doubles.Open(s3).ReadBytesAsync(Key, int.MaxValue - 1, CancellationToken.None);

        Assert.That(read.AsSpan().SequenceEqual(Large));
        Assert.That(
            s3.Http.Seen.Where(Matching("GET")).Select(request => request.Header("Range")),
            Has.Some.EqualTo($"bytes=1000000-{Large.Length - 1}"));
    }

    [Test]
    public async Task Of_a_cut_ranged_read_are_taken_up_inside_the_range()
    {
        s3.Place(Name, Large);
        s3.Http.Inject(new Fault.Cut(1_000), Matching("GET"), times: 2);

        await using var stream = await Doubles.Open(s3).OpenReadAsync(Key, 5_000_000, 10_000, CancellationToken.None);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);

        Assert.That(read.ToArray().AsSpan().SequenceEqual(Large.AsSpan(5_000_000, 10_000)));
    }

    [Test]
    public async Task Never_join_two_objects_in_one_read()
    {
        s3.Place(Name, Large);
        s3.Http.Inject(new Fault.Cut(1_000), Matching("GET"));
        await using var stream = await Doubles.Open(s3).OpenReadAsync(Key, 0, null, CancellationToken.None);
        s3.Place(Name, new byte[Large.Length]);

        Assert.That(async () => await stream.CopyToAsync(Stream.Null), Fails.With("DBG0349"));
    }

    [Test]
    public async Task Of_a_read_that_never_gives_a_byte_end()
    {
        s3.Place(Name, Large);
        s3.Http.Inject(new Fault.Cut(0), Matching("GET"), times: 1000);
        await using var stream = await Doubles.Open(s3).OpenReadAsync(Key, 0, null, CancellationToken.None);

        Assert.That(async () => await stream.CopyToAsync(Stream.Null), Fails.With("DBG0346"));
    }

    [TestCase(false, true)]
    [TestCase(true, true)]
    [TestCase(false, false)]
    [TestCase(true, false)]
    public async Task Of_a_store_that_keeps_other_bytes_are_found(bool large, bool knowsChecksums)
    {
        await using var broken = new S3Double
        {
            KnowsChecksums = knowsChecksums,
            Keeping = bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)],
        };

        var problem = await ProblemOfAsync(() => Doubles.Open(broken).WriteBytesAsync(Key, large ? Large : Small, CancellationToken.None));

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0348"));
        Assert.That(broken.UnfinishedUploads, Is.Zero);
    }

    [Test]
    public async Task Of_a_store_that_keeps_less_are_found()
    {
        s3.Keeping = bytes => bytes[..^1];

        Assert.That(async () => await Doubles.Open(s3).WriteBytesAsync(Key, Small, CancellationToken.None), Fails.With("DBG0348"));
    }

    [Test]
    public async Task Of_a_competitor_between_the_parts_lose_to_it()
    {
        var store = Doubles.Open(s3);
        await using var writer = await store.CreateAsync(Key, CancellationToken.None);
        await writer.WriteAsync(Large, CancellationToken.None);
        s3.Place(Name, Small);

        Assert.That(async () => await writer.CompleteAsync(CancellationToken.None), Fails.With("DBG0341"));
        Assert.That(s3.Find(Name)!.Content, Is.EqualTo(Small));
    }

    static Func<HttpExchange, bool> Matching(string at) => at switch
    {
        "POST uploadId" => request => request.Method == "POST" && request.Query.ContainsKey("uploadId"),
        "PUT" or "GET" or "HEAD" => request => request.Method == at,
        "uploads" => request => request.Method == "POST" && request.Query.ContainsKey("uploads"),
        _ => request => request.RawQuery.Contains(at, StringComparison.Ordinal),
    };

    static async Task<Problem> ProblemOfAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (GateException exception)
        {
            return exception.Problem;
        }

        throw new AssertionException("Nothing failed.");
    }

    static byte[] MakeLarge()
    {
        var bytes = new byte[(11 << 20) + 77];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Its timers take ten times as long as they should.</summary>
    sealed class SlowClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime * 10, period);
    }
}
