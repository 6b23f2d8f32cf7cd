namespace DbGate.Tests;

/// <summary>The clock of a machine that is ahead of the real time, or behind it.</summary>
sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}
