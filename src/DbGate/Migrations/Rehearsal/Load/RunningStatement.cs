using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal.Load;

/// <summary>What a rehearsal is at, told to anyone who looks at it from next to it.</summary>
sealed class RunningStatement
{
    volatile Place? now;

    /// <summary>Null between two migrations.</summary>
    public Place? Now
    {
        get => now;
        set => now = value;
    }

    /// <summary>A statement of a migration.</summary>
    public sealed record Place(string Migration, SourceLocation Location);
}
