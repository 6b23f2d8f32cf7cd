namespace DbGate.Problems;

/// <summary>
/// Where the pages of problems are on the web: what <c>DBGATE_DOCS_URL</c> names, else this build's own repository at its commit. A build
/// that knows neither has no addresses, and points to its own files and to <c>dbgate explain</c>.
/// </summary>
/// <param name="Template">An address with <c>{code}</c> in it; null when there is none.</param>
sealed record ProblemPages(string? Template)
{
    /// <summary>A variable of the process, never of a file: a commit must not choose where a report's links lead.</summary>
    public const string Variable = "DBGATE_DOCS_URL";

    const string Code = "{code}";

    /// <summary>Of this process.</summary>
    public static ProblemPages Own { get; } = From(Environment.GetEnvironmentVariable(Variable), ToolOrigin.Own);

    /// <param name="given">An address with <c>{code}</c>, or the address of the documentation site.</param>
    /// <param name="origin">Where this build comes from.</param>
    public static ProblemPages From(string? given, ToolOrigin origin) =>
        !string.IsNullOrEmpty(given)
            ? new(
                !Uri.TryCreate(given.Replace(Code, "", StringComparison.Ordinal), UriKind.Absolute, out var address)
                    || address.Scheme is not ("http" or "https") ? null
                : given.Contains(Code, StringComparison.Ordinal) ? given
                : $"{given.TrimEnd('/')}/problems/{Code}.html")
            : new(origin.IsKnown ? $"https://github.com/{origin.Repository}/blob/{origin.Commit}/docs/problems/{Code}.md" : null);

    /// <summary>The address of a problem's page; null when there is none.</summary>
    public string? UrlOf(string code) => Template?.Replace(Code, code, StringComparison.Ordinal);
}
