namespace DbGate.Build;

/// <summary>Decides which tests <c>--target=test</c> runs.</summary>
public static class TestSelection
{
    /// <summary>The default: everything but the tests that take long and therefore run once a night.</summary>
    public const string Default = "TestCategory!=Nightly";

    /// <summary>Returns the filter for <c>dotnet test</c>.</summary>
    /// <param name="requested">The value of <c>--filter</c>; null or empty selects <see cref="Default"/>.</param>
    public static string From(string? requested) => string.IsNullOrWhiteSpace(requested) ? Default : requested;
}
