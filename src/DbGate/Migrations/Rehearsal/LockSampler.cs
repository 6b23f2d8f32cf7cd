using DbGate.Migrations.Lint;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Looks at another session's locks again and again, for statements that refuse a transaction in which they could be read.
/// </summary>
sealed class LockSampler(Session observer, int backend, TimeProvider clock)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Samples until the statement has ended.</summary>
    public async Task<IReadOnlyDictionary<uint, TableLock>> WatchAsync(Task statement, CancellationToken cancellationToken)
    {
        var strongest = new Dictionary<uint, TableLock>();
        while (!statement.IsCompleted)
        {
            foreach (var held in await RelationReader.ReadLocksAsync(observer, backend, cancellationToken))
            {
                strongest[held.Oid] = held.Mode > strongest.GetValueOrDefault(held.Oid) ? held.Mode : strongest[held.Oid];
            }

            await Task.WhenAny(statement, Task.Delay(Pause, clock, cancellationToken));
        }

        return strongest;
    }
}
