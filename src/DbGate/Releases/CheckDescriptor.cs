namespace DbGate.Releases;

/// <summary>What a check is, before it runs.</summary>
/// <param name="Id">Its number, such as <c>DBG0101</c>.</param>
/// <param name="Name">Its name in reports and in <c>/ready</c>, such as <c>databaseSafety</c>.</param>
/// <param name="Title">What holds when it passes.</param>
/// <param name="Remediation">What to do when it fails.</param>
public sealed record CheckDescriptor(string Id, string Name, string Title, string Remediation)
{
    /// <summary>The page about it.</summary>
    public string HelpPage => $"docs/problems/{Id}.md";
}
