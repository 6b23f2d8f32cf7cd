using System.Diagnostics;

namespace DbGate.Tests;

/// <summary>For what another process does in its own time.</summary>
static class Eventually
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Waits until a condition holds; fails when it never does.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.That(watch.Elapsed, Is.LessThan(Limit), "It did not come about.");
            await Task.Delay(20);
        }
    }
}
