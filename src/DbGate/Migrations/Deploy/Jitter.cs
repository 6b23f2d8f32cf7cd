using System.Security.Cryptography;

namespace DbGate.Migrations.Deploy;

/// <summary>Pauses between two tries that do not fall into step with what they wait for.</summary>
static class Jitter
{
    const int Shortest = 300;
    const int Longest = 1200;

    /// <summary>Between 0.3 s and 1.2 s.</summary>
    public static TimeSpan Next() => TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(Shortest, Longest));
}
