using NUnit.Framework;

namespace DbGate.Testing;

/// <summary>What happens to a test whose real counterpart this machine lacks: ignored on a developer's machine, failed in CI.</summary>
public static class Counterpart
{
    /// <summary>True on a build server, where a test that cannot run is a failure.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>To be thrown: ends the test with what is missing and the command that fixes it.</summary>
    public static Exception Missing(string what, string fix) => Missing(what, fix, IsRequired);

    /// <summary>The decision behind <see cref="Missing(string, string)"/>.</summary>
    public static Exception Missing(string what, string fix, bool required) =>
        required ? new AssertionException($"{what}. {fix}") : new IgnoreException($"{what}. To run this test: {fix}");
}
