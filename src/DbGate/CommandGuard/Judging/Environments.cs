using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Judging;

/// <summary>What the names of environments, files and branches state.</summary>
static class Environments
{
    static readonly HashSet<string> DevelopmentWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "dev", "develop", "development", "devel", "local", "localhost", "test", "tests", "testing", "e2e", "integration", "unit", "ci",
        "cy", "cypress", "playwright", "spec", "specs", "qa",
        "preview", "pr", "sandbox", "devcontainer", "debug", "demo", "example", "examples", "sample", "samples", "docs", "doc", "fixture",
        "fixtures", "mock", "mocks", "bench", "benchmark", "storybook", "lint", "override", "watch",
    };

    static readonly HashSet<string> ProductionWords = new(StringComparer.OrdinalIgnoreCase) { "prod", "production", "live", "prd" };

    static readonly HashSet<string> DeploymentWords = new(StringComparer.OrdinalIgnoreCase) { "release", "deploy", "deployment", "publish",
        "cd" };

    /// <summary>Environments that are shared but not production.</summary>
    static readonly HashSet<string> StagingWords = new(StringComparer.OrdinalIgnoreCase) { "staging", "stage", "stg", "uat", "preprod",
        "acceptance", "canary" };

    public static bool IsDevelopment(string name) => Words(name).Any(DevelopmentWords.Contains) && !Words(name)
        .Any(ProductionWords.Contains);

    public static bool IsProduction(string name) =>
        Words(name).Any(ProductionWords.Contains) || (Words(name).Any(DeploymentWords.Contains) && !IsDevelopment(name));

    public static bool IsStaging(string name) => Words(name).Any(StagingWords.Contains);

    /// <summary>True when a name states that it is for another environment than the one asked for.</summary>
    public static bool IsOther(string name, string environment) =>
        !Words(name).Contains(environment, StringComparer.OrdinalIgnoreCase)
        && (IsDevelopment(name) || (IsStaging(name) && !environment.Equals("staging", StringComparison.OrdinalIgnoreCase)));

    public static bool IsEnvironmentVariable(string name) =>
        Words(name).Any(word => word.ToUpperInvariant() is "ENV" or "ENVIRONMENT" or "STAGE" or "MODE");

    /// <summary>The variable that a word consists of.</summary>
    public static string? VariableOf(Word word) =>
        word.Parts is [ParameterPart { Name: var name }] ? name
        : word.Parts.OfType<ParameterPart>().ToList() is [var only]
            && word.Parts.All(part => part is ParameterPart or LiteralPart { Text: "" or "x" }) ? only.Name
        : null;

    /// <summary>True for a database that only this machine, this job or this compose file can mean.</summary>
    public static bool IsLocalDatabase(string url, IEnumerable<string>? services = null)
    {
        if (url.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return HostOf(url) is { } host
            && (host is "localhost" or "127.0.0.1" or "0.0.0.0" or "::1" or "host.docker.internal" or ""
                || services?.Contains(host, StringComparer.OrdinalIgnoreCase) == true);
    }

    /// <summary>True for a host without a domain, such as the alias of a service container.</summary>
    public static bool IsBareHost(string url) => HostOf(url) is { Length: > 0 } host
        && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    static string? HostOf(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return null;
        }

        var authority = url[(scheme + 3)..];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var end = authority.AsSpan().IndexOfAny(":/?");
        return (authority.StartsWith('[') ? authority.Split(']')[0].Trim('[') : end < 0 ? authority : authority[..end]).ToLowerInvariant();
    }

    /// <summary>The words of a name: split at punctuation and where case changes.</summary>
    internal static IEnumerable<string> Words(string name)
    {
        var start = 0;
        for (var index = 1; index <= name.Length; index++)
        {
            if (index == name.Length || !char.IsLetterOrDigit(name[index]) || (char.IsUpper(name[index]) && char.IsLower(name[index - 1])))
            {
                var word = name[start..index].Trim('.', '-', '_', '/', ' ', ':', '@', '\'', '"', '*', '$', '{', '}', '(', ')');
                if (word.Length > 0)
                {
                    yield return word;
                }

                start = index;
            }
        }
    }
}
