using System.Globalization;
using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Storage;
using DbGate.Storage.Local;

namespace DbGate.Tests.Storage;

/// <summary>What a store with thousands of backups is asked.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReadsAtOnce : IDisposable
{
    const int Backups = 3 * ParallelReads.AtOnce;

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-reads-");

    public void Dispose() => folder.Delete(recursive: true);

    [Test]
    public async Task Keep_their_order_and_are_limited()
    {
        var meeting = new Meeting(ParallelReads.AtOnce);

        var results = await ParallelReads.SelectAsync(
            [.. Enumerable.Range(0, Backups)],
            async (number, _) =>
            {
                await meeting.AttendAsync();
                return number * 2;
            },
            CancellationToken.None);

        Assert.That(results, Is.EqualTo(Enumerable.Range(0, Backups).Select(number => number * 2)));
        Assert.That(meeting.Most, Is.EqualTo(ParallelReads.AtOnce));
    }

    [Test]
    public void Throw_the_first_failure() => Assert.That(
        () => ParallelReads.SelectAsync<int, int>([1, 2, 3], (_, _) => throw new TimeoutException(), CancellationToken.None),
        Throws.TypeOf<TimeoutException>());

    [Test]
    public async Task Of_manifests_and_of_restore_tests_are_several_and_of_one_database()
    {
        await WriteAsync("shop", Backups);
        await WriteAsync("other", 1);
        var store = new MeetingStore(new LocalStore(folder.FullName));

        var records = await BackupRecords.ReadAsync(store, "production", "shop", CancellationToken.None);

        Assert.That(records, Has.Count.EqualTo(Backups));
        Assert.That(records.Select(record => record.ArchiveKey), Is.Ordered.Descending, "of equal times");
        Assert.That(store.Meetings.Select(meeting => meeting.Most), Is.EqualTo(new[] { ParallelReads.AtOnce, ParallelReads.AtOnce }));
        Assert.That(store.Prefixes, Has.Count.EqualTo(2).And.All.EqualTo("shop_production_"));
        Assert.That(store.Read, Has.Count.EqualTo(2 * Backups).And.All.StartWith("shop_"));
    }

    // Neither can be used: that is found out only by reading them.
    async Task WriteAsync(string database, int count)
    {
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var number in Enumerable.Range(0, count))
        {
            var key = BackupName.For(database, "production", time.AddDays(number)).Key;
            foreach (var file in (string[])[key, BackupManifest.KeyOf(key), RestoreTestRecords.KeyOf(key, time)])
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), number.ToString(CultureInfo.InvariantCulture));
                File.SetLastWriteTimeUtc(Path.Combine(folder.FullName, file), time.UtcDateTime);
            }
        }
    }

    /// <summary>Each waits until so many are there.</summary>
    sealed class Meeting(int wanted)
    {
        readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly Lock gate = new();
        int there;

        public int Most { get; private set; }

        public async Task AttendAsync()
        {
            lock (gate)
            {
                there++;
                Most = Math.Max(Most, there);
                if (there == wanted)
                {
                    complete.TrySetResult();
                }
            }

            await complete.Task.WaitAsync(Deadline);
            lock (gate)
            {
                there--;
            }
        }
    }

    sealed class MeetingStore(IObjectStore inner) : IObjectStore
    {
        readonly Meeting manifests = new(ParallelReads.AtOnce);
        readonly Meeting tests = new(ParallelReads.AtOnce);
        readonly List<string> read = [];

        public IReadOnlyList<Meeting> Meetings => [manifests, tests];

        public List<string> Prefixes { get; } = [];

        public IReadOnlyList<string> Read => read;

        public string Location => inner.Location;

        public async Task<Stream> OpenReadAsync(string key, long offset, long? length, CancellationToken cancellationToken)
        {
            lock (read)
            {
                read.Add(key);
            }

            await (key.EndsWith(BackupManifest.Ending, StringComparison.Ordinal) ? manifests : tests).AttendAsync();
            return await inner.OpenReadAsync(key, offset, length, cancellationToken);
        }

        public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken)
        {
            Prefixes.Add(prefix);
            return inner.ListAsync(prefix, cancellationToken);
        }

        public Task<IObjectWriter> CreateAsync(string key, CancellationToken cancellationToken) =>
            inner.CreateAsync(key, cancellationToken);

        public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

        public Task DeleteAsync(StoredObject target, CancellationToken cancellationToken) => inner.DeleteAsync(target, cancellationToken);

        public Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => inner.ReadClockAsync(cancellationToken);
    }
}
