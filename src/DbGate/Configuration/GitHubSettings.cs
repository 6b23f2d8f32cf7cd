using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>Publishing on GitHub.</summary>
static class GitHubSettings
{
    /// <summary>The token for GitHub.</summary>
    public static readonly Setting<string> Token = new(
        "githubToken", ["DBGATE_GITHUB_TOKEN", "GITHUB_TOKEN"],
        "GitHub token; with it, and a known repository, verdicts are published (docs/guides/github.md)", Text, "")
    {
        Class = Operational,
        IsSecret = true,
    };

    /// <summary>GitHub's API. No option and no key: anyone who may edit a file must not choose where the token is sent.</summary>
    public static readonly Setting<string> ApiUrl = new(
        "githubApiUrl", ["DBGATE_GITHUB_API_URL", "GITHUB_API_URL"],
        "URL of GitHub's API; Enterprise: https://<host>/api/v3; default: https://api.github.com", Text, "")
    {
        Class = TrustedOnly,
        IsSecret = true,
    };

    /// <summary>The repository on GitHub.</summary>
    public static readonly Setting<string> Repository = new(
        "github.repository", ["DBGATE_GITHUB_REPOSITORY"], "owner/name on GitHub; default: the workflow's repository", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>What is published.</summary>
    public static readonly Setting<string> Publish = new(
        "github.publish", ["DBGATE_GITHUB_PUBLISH"], "what is published on GitHub, comma-separated; off: nothing", Text,
        "check,status,deployment,comment,issue")
    {
        Class = Operational,
    };

    /// <summary>The name of the check run.</summary>
    public static readonly Setting<string> CheckName =
        new("github.checkName", ["DBGATE_GITHUB_CHECK_NAME"], "name of the check run", Text, "DbGate")
    {
        Class = Guarding,
    };

    /// <summary>The name of the environment on GitHub.</summary>
    public static readonly Setting<string> Environment = new(
        "github.environment", ["DBGATE_GITHUB_ENVIRONMENT"], "name of the environment on GitHub; default: the name in DbGate", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>How a review on GitHub is bound to a plan.</summary>
    public static readonly Setting<ApprovalBinding> Binding = new(
        "github.approvalBinding", ["DBGATE_GITHUB_APPROVAL_BINDING"],
        "run: a review counts for the plan that this workflow run made; comment: the review must name the plan's digest",
        Word<ApprovalBinding>(), ApprovalBinding.Run)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<ApprovalBinding>(),
    };

    /// <summary>The event that asks for an answer.</summary>
    public static readonly Setting<string> ProtectionEvent = new(
        "github.protectionEvent", ["DBGATE_GITHUB_PROTECTION_EVENT"],
        "file of a deployment_protection_rule event that the verdict answers", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>How long publishing may take.</summary>
    public static readonly Setting<TimeSpan> Timeout = new(
        "github.timeout", ["DBGATE_GITHUB_TIMEOUT"], "how long publishing may take; afterwards the verdict is kept for the next run",
        Duration, TimeSpan.FromMinutes(1))
    {
        Class = Operational,
    };
}
