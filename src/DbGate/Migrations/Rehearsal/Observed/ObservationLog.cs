using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>A statement of the command, as it reached the server.</summary>
/// <param name="Session">The server's process.</param>
/// <param name="Measurement">What it did.</param>
/// <param name="Names">The pending migrations that it names to the tool's ledger.</param>
/// <param name="IsOfLedger">It concerns the tool's own tables.</param>
sealed record ObservedStatement(int Session, StatementMeasurement Measurement, IReadOnlyList<string> Names, bool IsOfLedger)
{
    /// <summary>Why it failed; null when it passed.</summary>
    public WireError? Error { get; init; }

    /// <summary>Its parameters for people; empty unless the policy shows them.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Rows that it read do not count; what it changed does.</summary>
    public bool Changes =>
        Error is not null
        || Measurement.Rewritten.Count > 0
        || Measurement.Objects.Count > 0
        || Measurement.Activity.Any(table => table.Inserted + table.Updated + table.Deleted > 0)
        || Measurement.Locks.Any(held => held.Mode >= Lint.TableLock.RowExclusive);
}

/// <summary>What the sessions of one command did, in the order of their statements' ends. Safe for several threads.</summary>
sealed class ObservationLog
{
    readonly Lock gate = new();
    readonly List<ObservedStatement> statements = [];
    readonly HashSet<int> rolledBack = [];
    int transactions;
    int commits;

    /// <summary>All of it, once the command has ended.</summary>
    public IReadOnlyList<ObservedStatement> Statements
    {
        get
        {
            lock (gate)
            {
                return [.. statements];
            }
        }
    }

    /// <summary>Sessions that were observed.</summary>
    public int Sessions { get; private set; }

    /// <summary>Changes with every commit: what another session has read of the catalog before is old.</summary>
    public int Commits
    {
        get
        {
            lock (gate)
            {
                return commits;
            }
        }
    }

    /// <summary>What kept a session from being observed to its end; null when nothing did.</summary>
    public string? Fault { get; private set; }

    /// <summary>The statement that was not passed on to the server; null when there was none.</summary>
    public Problem? Refusal { get; private set; }

    public void Refuse(Problem refusal)
    {
        lock (gate)
        {
            Refusal ??= refusal;
        }
    }

    public void AddSession()
    {
        lock (gate)
        {
            Sessions++;
        }
    }

    public void Add(ObservedStatement statement)
    {
        lock (gate)
        {
            statements.Add(statement);
        }
    }

    public void Fail(string fault)
    {
        lock (gate)
        {
            Fault ??= fault;
        }
    }

    /// <summary>A number for a transaction that begins.</summary>
    public int Begin()
    {
        lock (gate)
        {
            return ++transactions;
        }
    }

    /// <summary>A transaction has ended.</summary>
    /// <returns>How many have.</returns>
    public int End(int transaction, bool isCommitted)
    {
        lock (gate)
        {
            if (!isCommitted)
            {
                rolledBack.Add(transaction);
            }

            return ++commits;
        }
    }

    /// <summary>Whether what a transaction did is there after the command.</summary>
    public bool IsKept(int transaction)
    {
        lock (gate)
        {
            return !rolledBack.Contains(transaction);
        }
    }
}
