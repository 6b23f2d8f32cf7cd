using DbGate.Service.Caching;

namespace DbGate.Service.Tests.Caching;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CachedValues
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    readonly StandingClock clock = new();
    readonly Queue<TaskCompletionSource<int>> makings = new();
    readonly Cached<int> cached;

    public CachedValues() => cached = new(Period, clock, () => makings.Dequeue().Task);

    TaskCompletionSource<int> Next(int? value = null)
    {
        var making = new TaskCompletionSource<int>();
        if (value is { } known)
        {
            making.SetResult(known);
        }

        makings.Enqueue(making);
        return making;
    }

    async Task<int> AskAsync() => (await cached.GetAsync(CancellationToken.None)).Value;

    [Test]
    public async Task Are_made_once_for_all_who_ask_at_the_same_time()
    {
        var making = Next();
        var asked = Enumerable.Range(0, 50).Select(_ => AskAsync()).ToArray();
        making.SetResult(7);

        Assert.That(await Task.WhenAll(asked), Is.All.EqualTo(7));
        Assert.That(cached.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Serve_for_their_period_and_tell_their_age()
    {
        Next(1);
        await AskAsync();
        clock.Advance(TimeSpan.FromSeconds(4.9));
        var (value, age) = await cached.GetAsync(CancellationToken.None);

        Assert.That((value, age, cached.Count), Is.EqualTo((1, TimeSpan.FromSeconds(4.9), 1L)));
    }

    [Test]
    public async Task Serve_on_while_the_next_one_is_made_but_not_for_long()
    {
        Next(1);
        await AskAsync();
        var second = Next();
        clock.Advance(Period);

        Assert.That(await AskAsync(), Is.EqualTo(1), "the old one serves on");
        Assert.That(cached.Count, Is.EqualTo(2), "and a new one is being made");

        clock.Advance(TimeSpan.FromSeconds(1.1));
        var waiting = AskAsync();
        Assert.That(waiting.IsCompleted, Is.False, "now those who ask wait");
        second.SetResult(2);
        Assert.That(await waiting, Is.EqualTo(2));
    }

    [Test]
    public async Task Are_never_made_by_two_makers_however_long_one_takes()
    {
        Next();
        _ = AskAsync();
        clock.Advance(Period * 10);
        _ = AskAsync();

        Assert.That(cached.Count, Is.EqualTo(1));
        await Task.CompletedTask;
    }

    [Test]
    public async Task That_could_not_be_made_fail_for_all_and_are_made_again_in_the_next_period()
    {
        Next().SetException(new TimeoutException());
        Assert.That(AskAsync, Throws.TypeOf<TimeoutException>());
        Assert.That(AskAsync, Throws.TypeOf<TimeoutException>());
        Assert.That(cached.Count, Is.EqualTo(1));

        Next(3);
        clock.Advance(Period);
        Assert.That(await AskAsync(), Is.EqualTo(3));
    }

    [Test]
    public void Are_not_waited_for_by_who_gives_up()
    {
        Next();
        Assert.That(async () => await cached.GetAsync(new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }

    sealed class StandingClock : TimeProvider
    {
        long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);

        public override long GetTimestamp() => Interlocked.Read(ref ticks);
    }
}
