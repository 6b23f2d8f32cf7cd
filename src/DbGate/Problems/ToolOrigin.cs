using System.Reflection;
using System.Text.RegularExpressions;

namespace DbGate.Problems;

/// <summary>Where this DbGate comes from, so that a workflow can name it and pin it.</summary>
/// <param name="Repository">owner/name.</param>
/// <param name="Commit">40 digits.</param>
sealed partial record ToolOrigin(string Repository, string Commit)
{
    static readonly ToolOrigin Unknown = new("acme/dbgate", new string('0', 40));

    /// <summary>Of this assembly: the build writes both into it when it knows them.</summary>
    public static ToolOrigin Own { get; } = From(
        typeof(ToolOrigin).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(one => one.Key == "RepositoryUrl")?.Value,
        typeof(ToolOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    /// <summary>False when a person has to put the names in.</summary>
    public bool IsKnown => this != Unknown;

    /// <param name="url">The repository's address.</param>
    /// <param name="version">"1.2.3+commit".</param>
    public static ToolOrigin From(string? url, string? version) =>
        url is not null
            && version is not null
            && Address().Match(url) is { Success: true } address
            && Revision().Match(version) is { Success: true } revision
            ? new ToolOrigin(address.Groups[1].Value, revision.Groups[1].Value)
            : Unknown;

    [GeneratedRegex(@"^https://[^/]+/([\w.-]+/[\w.-]+?)(?:\.git)?/?$")]
    private static partial Regex Address();

    [GeneratedRegex(@"\+([0-9a-f]{40})$")]
    private static partial Regex Revision();
}
