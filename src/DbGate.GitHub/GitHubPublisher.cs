using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Git;
using DbGate.GitHub.Api;
using DbGate.GitHub.Drafts;
using DbGate.GitHub.Parts;
using DbGate.Problems;
using DbGate.Publishing;
using DbGate.Releases;
using DbGate.Resilience;

namespace DbGate.GitHub;

/// <summary>
/// Shows verdicts on GitHub: check run, commit status, deployment status, comment, issue, and the answer to a protection rule. On in
/// Actions with a token, and wherever a repository and a token are set.
/// </summary>
public sealed class GitHubPublisher : IReportPublisher
{
    static readonly (string Part, string Shown, string Permission, Func<GitHubApi, Publication, Task<string?>> Publish)[] Parts =
    [
        (PublicationParts.Protection, "answer to the protection rule", "deployments: write of a GitHub App", ProtectionRules.PublishAsync),
        (PublicationParts.Check, "check run", "checks: write", CheckRuns.PublishAsync),
        (PublicationParts.Status, "commit status", "statuses: write", CommitStatuses.PublishAsync),
        (PublicationParts.Deployment, "deployment status", "deployments: write", DeploymentStatuses.PublishAsync),
        (PublicationParts.Comment, "comment", "pull-requests: write", Comments.PublishAsync),
        (PublicationParts.Issue, "restore test's issue", "issues: write", RestoreTestIssues.PublishAsync),
    ];

    readonly RetryOptions retries;
    readonly Func<HttpMessageHandler> transport;

    /// <summary>For the real GitHub.</summary>
    public GitHubPublisher()
        : this(GitHubApi.Retries, GitHubApi.Transport)
    {
    }

    internal GitHubPublisher(RetryOptions retries, Func<HttpMessageHandler> transport) => (this.retries, this.transport) =
        (retries, transport);

    /// <inheritdoc/>
    public string Name => "github";

    /// <inheritdoc/>
    public bool IsOn(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return GitHubOptions.Read(settings) is { } github
            && (github.Parts.Count > 0 || settings.Get(GitHubSettings.ProtectionEvent).Length > 0)
            && ActionsRun.Read(settings) is not { IsOfFork: true }; // a fork's token may only read
    }

    /// <inheritdoc/>
    public string Draft(GateContext context, GateReport report)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(report);
        var settings = Demand(context.Settings);
        var waiting = context.Settings.Get(GitHubSettings.ProtectionEvent).Length > 0
            ? ProtectionRules.Read(context.Settings.GetPath(GitHubSettings.ProtectionEvent), settings)
            : null;
        return CheckRunBuilder.Draft(
            report, settings, ActionsRun.Read(context.Settings), ProjectCheckout.Find(context.Settings),
            !context.Settings.Get(RestoreSettings.SchemaOnly), waiting).Write();
    }

    /// <inheritdoc/>
    public async Task<PublishResult> PublishAsync(GateContext context, string draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var settings = Demand(context.Settings);
        if (Publication.Read(draft) is not { } publication)
        {
            return new([]) { Refused = [GitHubProblems.Unknown()] };
        }

        if (publication.Repository != settings.Repository || publication.ApiUrl != settings.ApiUrl.ToString())
        {
            return new([]) { IsOfAnother = true };
        }

        using var end = new CancellationTokenSource(settings.Timeout, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        return await PublishAsync(settings, publication, context.Clock, either.Token);
    }

    async Task<PublishResult> PublishAsync(GitHubOptions settings, Publication publication, TimeProvider clock, CancellationToken deadline)
    {
        var (done, refused, left) = (new List<string>(), new List<Problem>(), new List<string>());
        var until = clock.GetUtcNow() + settings.Timeout;
        foreach (var (part, shown, permission, publish) in Parts.Where(part => publication.Parts.Contains(part.Part)))
        {
            // Once GitHub has failed for good, the rest gets one try each: often only a part of it is down.
            using var api =
                new GitHubApi(settings, left.Count == 0 ? retries : retries with { Attempts = 1 }, transport, clock, until, deadline);
            try
            {
                if (await publish(api, publication) is { } what)
                {
                    done.Add(what);
                }
            }
            catch (Exception exception) when (GitHubErrors.IsRefusal(exception))
            {
                refused.Add(GitHubProblems.Refused(shown, GitHubErrors.Describe(exception), permission));
            }
#pragma warning disable CA1031 // Octokit throws whatever an answer makes it throw; the verdict is kept.
            catch (Exception exception)
            {
                left.Add($"{shown}: {GitHubErrors.Describe(exception)}");
            }
#pragma warning restore CA1031
        }

        return new(done) { Refused = refused, Left = left.Count == 0 ? null : string.Join("; ", left) };
    }

    static GitHubOptions Demand(Settings settings) =>
        GitHubOptions.Read(settings)
            ?? throw GitHubProblems.Setting(
                "GitHub's token or repository is missing", "set GITHUB_TOKEN, and --github-repository=<owner>/<name> outside of Actions");
}
