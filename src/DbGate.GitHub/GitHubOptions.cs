using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.GitHub;

/// <summary>How GitHub is reached, and what of it is used.</summary>
/// <param name="Owner">The repository's owner.</param>
/// <param name="Name">The repository's name.</param>
/// <param name="ApiUrl">The API, ending with a slash.</param>
/// <param name="Token">The token.</param>
/// <param name="Parts">What is published.</param>
/// <param name="CheckName">The check run's name.</param>
/// <param name="Environment">The environment's name on GitHub.</param>
/// <param name="Timeout">How long publishing may take.</param>
sealed record GitHubOptions(
    string Owner, string Name, Uri ApiUrl, string Token, IReadOnlyList<string> Parts, string CheckName, string Environment,
    TimeSpan Timeout)
{
    static readonly Uri PublicApi = new("https://api.github.com/");

    /// <summary><c>owner/name</c>.</summary>
    public string Repository => $"{Owner}/{Name}";

    /// <summary>Null when GitHub is not to be used: without a token, and outside of Actions without a repository.</summary>
    /// <exception cref="GateException">DBG0915: a value cannot be used.</exception>
    public static GitHubOptions? Read(Settings settings)
    {
        var token = settings.Get(GitHubSettings.Token).Trim();
        var run = ActionsRun.Read(settings);
        var repository = settings.Get(GitHubSettings.Repository) is { Length: > 0 } own ? own : run?.Repository;
        if (token.Length == 0 || string.IsNullOrEmpty(repository))
        {
            return null;
        }

        return repository.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name] && IsName(owner) && IsName(name)
            ? new(
                owner,
                name,
                Api(settings),
                IsToken(token)
                    ? token
                    : throw GitHubProblems.Setting(
                        "the token for GitHub has characters that no token has",
                        "look at how the secret is set; it may contain a line end"),
                Chosen(settings),
                settings.Get(GitHubSettings.CheckName),
                settings.Get(GitHubSettings.Environment) is { Length: > 0 } named
                    ? named
                    : settings.Get(GeneralSettings.Environment).ToString().ToLowerInvariant(),
                settings.Get(GitHubSettings.Timeout))
            : throw GitHubProblems.Setting($"\"{repository}\" is no owner/name of a repository", "--github-repository=<owner>/<name>");
    }

    static string[] Chosen(Settings settings)
    {
        var text = settings.Get(GitHubSettings.Publish);
        if (text is "off" or "none")
        {
            return [];
        }

        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.FirstOrDefault(part => !PublicationParts.Default.Contains(part)) is { } unknown
            ? throw GitHubProblems.Setting(
                $"github.publish knows no \"{unknown}\"", $"off, or some of {string.Join(", ", PublicationParts.Default)}")
            : parts;
    }

    /// <summary>Only https, so that no one on the way reads the token; and loopback, for doubles and local proxies.</summary>
    static Uri Api(Settings settings)
    {
        var text = settings.Get(GitHubSettings.ApiUrl);
        return text.Length == 0 ? PublicApi
            : Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
                && url.UserInfo.Length == 0 ? url
            : throw GitHubProblems.Setting(
                "GITHUB_API_URL is no https address", "https://api.github.com, or https://<host>/api/v3 of a GitHub Enterprise Server");
    }

    static bool IsName(string text) => text is not ("." or "..") && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    static bool IsToken(string text) => text.All(c => c is > ' ' and <= '~');
}
