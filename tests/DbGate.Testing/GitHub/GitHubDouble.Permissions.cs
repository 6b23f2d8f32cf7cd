using DbGate.Testing.Http;

namespace DbGate.Testing.GitHub;

/// <summary>What a workflow's token may, as the job's <c>permissions</c> state.</summary>
public sealed partial class GitHubDouble
{
    IReadOnlyDictionary<string, string>? permissions;

    /// <summary>From now on the token may this; null: everything.</summary>
    /// <param name="granted">Permission and <c>read</c> or <c>write</c>, as a workflow writes them. What is not named is not
    /// granted.</param>
    public void Permit(IReadOnlyDictionary<string, string>? granted) => permissions = granted;

    bool Allows(HttpExchange exchange)
    {
        var root = $"{prefix}/repos/{Repository}/";
        if (permissions is not { } granted || !exchange.Path.StartsWith(root, StringComparison.Ordinal))
        {
            return true;
        }

        // A repository's deployments and statuses have their own permission; a comment on a pull request has the pull request's.
        var needed = exchange.Path[root.Length..].Split('/') switch
        {
            [.., "check-runs"] or ["check-runs", ..] => "checks",
            ["statuses", ..] or ["commits", _, "status" or "statuses"] => "statuses",
            ["commits", _, "pulls"] or ["issues", _, "comments"] or ["issues", "comments", _] => "pull-requests",
            ["deployments", ..] => "deployments",
            ["issues", ..] => "issues",
            ["actions" or "environments", ..] => "actions",
            _ => "contents",
        };
        return granted.TryGetValue(needed, out var level) && (exchange.Method == "GET" || level == "write");
    }
}
