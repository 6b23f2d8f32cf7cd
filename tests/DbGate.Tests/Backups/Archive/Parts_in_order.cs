using System.IO.Compression;
using System.Text;
using CsCheck;
using DbGate.Backups.Archive;
using DbGate.Backups.Dump;

namespace DbGate.Tests.Backups.Archive;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class Parts_in_order
{
    [Test]
    public async Task Stand_in_the_file_in_their_order_whoever_is_faster([Values(1, 2, 4)] int jobs, [Values(64 * 1024, 1 << 20)] int hold)
    {
        const int parts = 40;
        var sequencer = new PartSequencer(hold);
        using var file = new MemoryStream();
        var next = -1;
        var workers = Enumerable.Range(0, jobs).Select(job => Task.Factory.StartNew(
            () =>
            {
                for (int order; (order = Interlocked.Increment(ref next)) < parts;)
                {
                    using var writer = new PartWriter(sequencer, order, new Compression(1), 64 * 1024);
                    writer.BeginRows(Encoding.ASCII.GetBytes($"COPY t{order} FROM stdin;\n"));
                    writer.WriteRows(Random(order, 300_000 / ((order % 7) + 1)));
                    writer.EndRows();
                    writer.Complete();
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        await Task.WhenAll([
            sequencer.DrainAsync([.. Enumerable.Repeat(PartPlace.InOrder, parts)], (block, _) =>
            {
                file.Write(block.Span);
                return ValueTask.CompletedTask;
            }, CancellationToken.None),
            .. workers]);

        file.Position = 0;
        using var plain = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var statements =
            (await plain.ReadToEndAsync()).Split('\n').Where(line => line.StartsWith("COPY", StringComparison.Ordinal)).Distinct();
        Assert.That(statements, Is.EqualTo(Enumerable.Range(0, parts).Select(order => $"COPY t{order} FROM stdin;")));
    }

    [Test]
    public async Task In_runs_stand_whole_member_by_whole_member_in_turns_with_others(
        [Values(1, 2, 4)] int jobs, [Values(64 * 1024, 1 << 20)] int hold)
    {
        PartPlace[] places =
            [PartPlace.InOrder, .. Enumerable.Repeat(PartPlace.InRuns, 3), .. Enumerable.Repeat(PartPlace.AmongRuns, 5), PartPlace.InOrder];
        var sequencer = new PartSequencer(hold);
        var parts = new WrittenPart[places.Length];
        using var file = new MemoryStream();
        var next = -1;
        var workers = Enumerable.Range(0, jobs).Select(job => Task.Factory.StartNew(
            () =>
            {
                for (int order; (order = Interlocked.Increment(ref next)) < places.Length;)
                {
                    using var writer =
                        new PartWriter(
                            sequencer, order, new Compression(1), 20_000, places[order] == PartPlace.InRuns ? 30_000 : long.MaxValue);
                    writer.BeginRows(Encoding.ASCII.GetBytes($"COPY t{order} FROM stdin;\n"));
                    writer.WriteRows(Random(order, places[order] == PartPlace.InRuns ? 900_000 : 100_000));
                    writer.EndRows();
                    writer.Complete();
                    parts[order] = new([], writer.Members);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        IReadOnlyList<FileRun> runs = [];
        await Task.WhenAll([DrainAsync(), .. workers]).WaitAsync(TimeSpan.FromMinutes(2));

        async Task DrainAsync() => runs = await sequencer.DrainAsync(places, (block, _) =>
        {
            file.Write(block.Span);
            return ValueTask.CompletedTask;
        }, CancellationToken.None);

        var members = ArchiveLayout.From(runs, parts).Members;
        var owners = runs.SelectMany(run => Enumerable.Repeat(run.Part, run.Length > 0 ? 1 : 0)).ToArray();
        var texts = new Dictionary<int, StringBuilder>();
        foreach (var member in members)
        {
            using var text =
                new StreamReader(
                    new GZipStream(new MemoryStream(file.ToArray(), (int)member.Offset, (int)member.Length), CompressionMode.Decompress));
            var order = int.Parse((await text.ReadLineAsync())!.Split(' ')[1][1..], System.Globalization.CultureInfo.InvariantCulture);
            texts.TryAdd(order, new());
            texts[order].Append((await text.ReadToEndAsync())[..^"\\.\n\n".Length]);
        }

        Assert.That(members.Sum(member => member.Length), Is.EqualTo(file.Length));
        Assert.That(
            texts.Select(part =>
                part.Value.ToString()
                    == Encoding.ASCII.GetString(Random(part.Key, places[part.Key] == PartPlace.InRuns ? 900_000 : 100_000))),
                    Has.All.True.And.Exactly(places.Length).Items);
        Assert.That((owners[0], owners[^1]), Is.EqualTo((0, places.Length - 1)), "what stands in order");
        Assert.That(
            owners.Where(order => places[order] == PartPlace.AmongRuns), Is.EqualTo(Enumerable.Range(4, 5)),
            "each whole, one after the other");
    }

    [Test]
    public async Task In_runs_give_way_after_each_run()
    {
        var sequencer = new PartSequencer(1 << 20);
        foreach (var order in new[] { 0, 1 })
        {
            for (var run = 0; run < 2; run++)
            {
                sequencer.Push(order, new(PartSequencer.Rent(), 0, 10 + order));
                sequencer.EndRun(order);
            }

            sequencer.Complete(order);
        }

        var runs =
            await sequencer.DrainAsync([PartPlace.InRuns, PartPlace.InRuns], (_, _) => ValueTask.CompletedTask, CancellationToken.None);

        Assert.That(runs.Where(run => run.Length > 0), Is.EqualTo(new FileRun[] { new(0, 10), new(1, 11), new(0, 10), new(1, 11) }));
    }

    [Test]
    public async Task In_runs_do_not_keep_another_from_being_read_while_the_file_is_written_slowly()
    {
        const int hold = 16;
        const int blocks = 800;
        var sequencer = new PartSequencer(hold * PartSequencer.BlockSize);
        var (pushed, written) = (0, 0);
        var first = new TaskCompletionSource();
        var writing = new[] { 0, 1 }.Select(order => Task.Factory.StartNew(
            () =>
            {
                // The second one begins when the first one has filled what may be held.
                first.Task.Wait(order == 0 ? 0 : Timeout.Infinite);
                for (var block = 1; block <= blocks; block++)
                {
                    sequencer.Push(order, new(PartSequencer.Rent(), 0, 1));
                    if (block % 4 == 0)
                    {
                        sequencer.EndRun(order);
                    }

                    if (Interlocked.Increment(ref pushed) == hold)
                    {
                        first.SetResult();
                    }
                }

                sequencer.Complete(order);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        // Slow: as much as may be held is held, always.
        var draining = sequencer.DrainAsync([PartPlace.InRuns, PartPlace.InRuns], async (_, cancellationToken) =>
        {
            while (Volatile.Read(ref pushed) < Math.Min(written + hold, 2 * blocks))
            {
                await Task.Delay(1, cancellationToken);
            }

            written++;
        }, CancellationToken.None);
        await Task.WhenAll([draining, .. writing]).WaitAsync(TimeSpan.FromMinutes(2));

        var owners = (await draining).Where(run => run.Length > 0).Select(run => run.Part).ToArray();
        Assert.That(Array.IndexOf(owners, 1), Is.LessThan(owners.Length / 10), "it had its turn long before the first was through");
    }

    [Test]
    public async Task A_run_that_is_complete_does_not_wait_for_one_that_is_begun()
    {
        var sequencer = new PartSequencer(1 << 20);
        for (var block = 0; block < 5; block++)
        {
            sequencer.Push(0, new(PartSequencer.Rent(), 0, 100));
        }

        sequencer.Push(1, new(PartSequencer.Rent(), 0, 10));
        sequencer.EndRun(1);
        var written = new TaskCompletionSource();
        var draining = sequencer.DrainAsync([PartPlace.InRuns, PartPlace.InRuns], (_, _) =>
        {
            written.TrySetResult();
            return ValueTask.CompletedTask;
        }, CancellationToken.None);

        await written.Task.WaitAsync(TimeSpan.FromMinutes(1));
        sequencer.Complete(0);
        sequencer.Complete(1);

        Assert.That((await draining)[0], Is.EqualTo(new FileRun(1, 10)));
    }

    [Test]
    public async Task A_failure_wakes_the_consumer_that_waits_for_a_run()
    {
        var sequencer = new PartSequencer(1 << 20);
        var draining =
            sequencer.DrainAsync([PartPlace.InRuns, PartPlace.InRuns], (_, _) => ValueTask.CompletedTask, CancellationToken.None);

        sequencer.Fail(new IOException("disk full"));

        await Assert.ThatAsync(
            async () => await draining.WaitAsync(TimeSpan.FromMinutes(1)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_failure_wakes_whoever_waits()
    {
        var sequencer = new PartSequencer(64 * 1024);
        var waiting = Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                sequencer.Push(1, PartSequencer.Rent());
            }
        });

        sequencer.Fail(new IOException("disk full"));

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Members_hold_whole_rows_as_a_statement_each() => Gen.Int[1, 5000].Array[1, 40].Sample(lengths =>
    {
        var sequencer = new PartSequencer(64 << 20);
        using var writer = new PartWriter(sequencer, 0, new Compression(null), 4096);
        var rows = Encoding.ASCII.GetBytes(string.Concat(lengths.Select(length => new string('r', length) + "\n")));
        writer.BeginRows("COPY t FROM stdin;\n"u8.ToArray());
        foreach (var piece in rows.Chunk(1000))
        {
            writer.WriteRows(piece);
        }

        var digest = writer.EndRows();
        writer.Complete();
        using var file = new MemoryStream();
        sequencer.DrainAsync([PartPlace.InOrder], (block, _) =>
        {
            file.Write(block.Span);
            return ValueTask.CompletedTask;
        }, CancellationToken.None).GetAwaiter().GetResult();

        var texts = writer.Members.Select(member =>
        {
            using var gzip =
                new GZipStream(new MemoryStream(file.ToArray(), (int)member.Offset, (int)member.Length), CompressionMode.Decompress);
            using var reader = new StreamReader(gzip);
            return reader.ReadToEnd();
        }).ToArray();
        var restored = string.Concat(texts.Select(text => text["COPY t FROM stdin;\n".Length..^"\\.\n\n".Length]));

        return restored == Encoding.ASCII.GetString(rows)
            && texts.All(text => text.StartsWith("COPY t FROM stdin;\n", StringComparison.Ordinal)
            && text.EndsWith("\n\\.\n\n", StringComparison.Ordinal))
            && digest.Rows == lengths.Length
            && writer.Members.Sum(member => member.Digest.Rows) == lengths.Length
            && writer.Members.Sum(member => member.Length) == file.Length;
    });

    [Test]
    public void The_level_rises_only_while_the_store_is_the_bottleneck()
    {
        var compression = new Compression(null, Compression.Usual);

        compression.Observe(0.9);
        var slow = compression.Level;
        compression.Begin(Stream.Null).Dispose();
        compression.Observe(0.0);
        compression.Begin(Stream.Null).Dispose();

        Assert.That((slow, compression.Level, compression.Used), Is.EqualTo((6, 2, "zlib 2, zlib 6")));
    }

    [Test]
    public void A_fixed_level_stays()
    {
        var compression = new Compression(9);

        compression.Observe(1);
        compression.Begin(Stream.Null).Dispose();

        Assert.That((compression.Level, compression.Used), Is.EqualTo((9, "zlib 9")));
    }

    static byte[] Random(int seed, int length)
    {
        var random = new Random(seed);
        var text = new byte[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = i % 50 == 49 ? (byte)'\n' : (byte)('a' + random.Next(16));
        }

        text[^1] = (byte)'\n';
        return text;
    }
}
