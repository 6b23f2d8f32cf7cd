using DbGate.Migrations.Drift;
using DbGate.Migrations.Lint;
using DbGate.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Follows the relations of the scratch database through the transactions of the migrations, and reports what each statement did to them.
/// </summary>
sealed class RelationTracker
{
    readonly Dictionary<uint, RelationFacts?> changed = [];
    readonly Dictionary<uint, TableLock> locks = [];
    readonly Dictionary<uint, RelationCounters> counters = [];
    Dictionary<uint, RelationFacts> committed;
    HashSet<uint>? unreported;

    RelationTracker(IReadOnlyDictionary<uint, RelationFacts> relations) => committed = new(relations);

    /// <summary>Begins with what is there.</summary>
    public static async Task<RelationTracker> StartAsync(Session observer, CancellationToken cancellationToken) =>
        new(await RelationReader.ReadAllAsync(observer, cancellationToken));

    /// <summary>False until a transaction's counters have a base.</summary>
    public bool Counts { get; private set; }

    /// <summary>The relations of which the server may hold counters that it has not reported; null where that is not known.</summary>
    public IReadOnlySet<uint>? Unreported => unreported;

    /// <summary>What the counters hold at the transaction's first statement that counts is not the transaction's.</summary>
    public void CountFrom(IReadOnlyDictionary<uint, RelationCounters> earlier)
    {
        foreach (var (oid, counted) in earlier)
        {
            counters[oid] = counted;
        }

        unreported = [.. earlier.Keys];
        Counts = true;
    }

    /// <summary>Begins again with what is there, because another session has changed it.</summary>
    public void Rebase(IReadOnlyDictionary<uint, RelationFacts> relations) => committed = new(relations);

    /// <summary>The session has reported its counters.</summary>
    public void Reported() => unreported = [];

    /// <summary>A statement was not looked at, because it concerns only what its transaction has created.</summary>
    public void PassOver() => HasUnread = true;

    /// <summary>True when nothing was read after such a statement: what it created has to be read before the commit.</summary>
    public bool HasUnread { get; private set; }

    /// <summary>What the transaction holds before its commit.</summary>
    public void Learn(IReadOnlyList<HeldRelation> held) => Remember(held, isRead: true);

    /// <summary>The transaction is committed: what it changed counts.</summary>
    public void Commit()
    {
        foreach (var (oid, facts) in changed)
        {
            _ = facts is null ? committed.Remove(oid) : (committed[oid] = facts) is not null;
        }

        Forget();
    }

    /// <summary>The transaction, or a part of it, is undone. What is left is read again after the next statement.</summary>
    public void RollBack(bool isPart = false)
    {
        if (isPart)
        {
            changed.Clear();
            return;
        }

        Forget();
    }

    /// <summary>What a statement did, from the locks that its transaction holds after it.</summary>
    /// <param name="held">Those locks.</param>
    /// <param name="isRead">True where the relations were read, too; false where only the locks were.</param>
    /// <param name="measurement">The statement.</param>
    public StatementMeasurement Take(IReadOnlyList<HeldRelation> held, bool isRead, StatementMeasurement measurement)
    {
        var known = held.Where(one => Find(one.Oid) is not null).Select(one => (Held: one, Before: Find(one.Oid)!)).ToArray();
        var result = measurement with
        {
            // A lock on a table that the statement itself created keeps no session waiting.
            Locks =
            [
                .. from one in known
                   where one.Held.Mode > locks.GetValueOrDefault(one.Held.Oid)
                   orderby one.Held.Mode descending, one.Before.Name
                   select new MeasuredLock(one.Before.Name, one.Held.Mode) { Oid = one.Held.Oid },
            ],
            Activity = [.. held.Select(ActivityOf).OfType<TableActivity>().OrderBy(activity => activity.Table, StringComparer.Ordinal)],
            Objects = isRead ? [.. known.SelectMany(one => Dropped(one.Before, one.Held.Facts))] : [],
        };
        result = isRead ? Rewritten(result, known.Select(one => (one.Before, one.Held.Facts))) : result;
        Remember(held, isRead);
        return result;
    }

    /// <summary>
    /// What a statement did that committed by itself, from what is there after it; null where it leaves all relations as they are.
    /// </summary>
    public StatementMeasurement Take(
        IReadOnlyDictionary<uint, RelationFacts>? after, IReadOnlyDictionary<uint, TableLock> sampled, StatementMeasurement measurement)
    {
        Forget();
        unreported = null;
        var before = committed;
        after ??= before;
        committed = new(after);
        return Rewritten(measurement, before.Values.Select(was => (was, after.GetValueOrDefault(was.Oid)))) with
        {
            Locks =
            [
                .. from one in sampled
                   where before.ContainsKey(one.Key)
                   orderby one.Value descending, before[one.Key].Name
                   select new MeasuredLock(before[one.Key].Name, one.Value) { Oid = one.Key },
            ],
            Objects = [.. before.Values.SelectMany(was => Dropped(was, after.GetValueOrDefault(was.Oid)))],
        };
    }

    RelationFacts? Find(uint oid) => changed.TryGetValue(oid, out var facts) ? facts : committed.GetValueOrDefault(oid);

    void Remember(IReadOnlyList<HeldRelation> held, bool isRead)
    {
        HasUnread &= !isRead;
        foreach (var one in held)
        {
            locks[one.Oid] = one.Mode;
            if (one.Counters is { } now)
            {
                counters[one.Oid] = now;
            }

            if (one.Counters != RelationCounters.None)
            {
                unreported?.Add(one.Oid);
            }

            if (isRead && (one.Facts is not null || Find(one.Oid) is not null))
            {
                changed[one.Oid] = one.Facts;
            }
        }
    }

    void Forget()
    {
        changed.Clear();
        locks.Clear();
        counters.Clear();
        Counts = false;
        HasUnread = false;
    }

    static StatementMeasurement Rewritten(
        StatementMeasurement measurement, IEnumerable<(RelationFacts Before, RelationFacts? After)> relations)
    {
        var rewritten =
            relations.Where(one => one.After is { } now && now.File != one.Before.File)
                .Select(one => one.Before)
                .OrderBy(one => one.Name, StringComparer.Ordinal)
                .ToArray();
        return measurement with { Rewritten = [.. rewritten.Select(one => one.Name)],
            RewrittenTables = [.. rewritten.Select(one => one.Oid)] };
    }

    TableActivity? ActivityOf(HeldRelation held)
    {
        if (held is not { Facts: { } facts, Counters: { } now })
        {
            return null;
        }

        var was = counters.GetValueOrDefault(held.Oid) ?? RelationCounters.None;
        var activity = new TableActivity(
            held.Oid,
            facts.Name,
            More(now.Scans, was.Scans),
            More(now.RowsRead, was.RowsRead),
            More(now.Inserted, was.Inserted),
            More(now.Updated, was.Updated),
            More(now.Deleted, was.Deleted));
        return activity is { Scans: 0, RowsRead: 0, Inserted: 0, Updated: 0, Deleted: 0 } ? null : activity;
    }

    // A TRUNCATE sets the counters of its transaction back.
    static long More(long now, long before) => Math.Max(0, now - before);

    static IEnumerable<CatalogDifference> Dropped(RelationFacts before, RelationFacts? after)
    {
        if (after is null)
        {
            yield return Removed(KindOf(before.Kind), before.Name, null, $"{before.Oid}");
            yield break;
        }

        foreach (var (index, name) in before.Columns.Index())
        {
            if (name is not null && after.Columns.ElementAtOrDefault(index) is null)
            {
                yield return Removed("column", $"{before.Name}.{QualifiedName.Quote(name)}", before.Name, $"{before.Oid}.{index + 1}");
            }
        }
    }

    static CatalogDifference Removed(string kind, string identity, string? parent, string key) =>
        new(CatalogChange.Removed, new CatalogObject(kind, identity, parent, []) { Key = key }, []);

    static string KindOf(char kind) => kind switch
    {
        'v' => "view",
        'm' => "materialized view",
        'f' => "foreign table",
        _ => "table",
    };
}
