using DbGate.Gates;

namespace DbGate.Checks;

/// <summary>A restore test that passed, as a signed record in the store tells.</summary>
/// <param name="TestedAt">When it ended.</param>
/// <param name="Location">Where the record stands.</param>
/// <param name="RestoreTime">The measured time to restore.</param>
public sealed record RestoreTestRecord(DateTimeOffset TestedAt, string Location, TimeSpan? RestoreTime);

/// <summary>Finds the newest restore test of the target.</summary>
public interface IRestoreTestRecords
{
    /// <summary>The newest one that passed; null when there is none.</summary>
    Task<RestoreTestRecord?> NewestAsync(GateContext context, CancellationToken cancellation);
}

/// <summary>Knows of none: the hand-written date counts.</summary>
sealed class NoRestoreTestRecords : IRestoreTestRecords
{
    public static NoRestoreTestRecords Instance { get; } = new();

    public Task<RestoreTestRecord?> NewestAsync(GateContext context, CancellationToken cancellation) =>
        Task.FromResult<RestoreTestRecord?>(null);
}
