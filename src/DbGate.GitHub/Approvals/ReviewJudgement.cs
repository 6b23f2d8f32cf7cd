using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Publishing;
using DbGate.Releases;
using DbGate.Releases.Plans;

namespace DbGate.GitHub.Approvals;

/// <summary>A review as GitHub has it. It has no time.</summary>
/// <param name="By">The account.</param>
/// <param name="State"><c>approved</c> or <c>rejected</c>.</param>
/// <param name="Comment">What was written.</param>
sealed record RunReview(string By, string State, string Comment);

/// <summary>What GitHub reports about one run and one environment.</summary>
/// <param name="Run">The run.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="Reviews">Its reviews.</param>
/// <param name="Rules">The environment's rules; null when the token may not read them.</param>
/// <param name="OpenedAt">When each of the run's deployments stopped waiting, the earliest first; null when the token may not read
/// deployments.</param>
sealed record RunReviews(
    ActionsRun Run, string Environment, IReadOnlyList<RunReview> Reviews, EnvironmentRules? Rules, IReadOnlyList<DateTimeOffset>? OpenedAt)
{
    /// <summary>Who ran the run again before this attempt.</summary>
    public IReadOnlyList<string> EarlierActors { get; init; } = [];
}

/// <summary>Decides what reviews prove about a plan. Pure.</summary>
static class ReviewJudgement
{
    const int ShortestDigest = 8;

    public static ReviewHistory From(RunReviews told, Plan plan, string digest, ApprovalBinding binding)
    {
        var (rules, environment) = (told.Rules, told.Environment);
        var approvals = told.Reviews.Where(review => review.State == "approved").ToArray();
        return new(
            told.Run.Page!,
            [.. told.Reviews.Where(review => review.State is "approved" or "rejected")
                .Select(review => Bind(review, told, plan, digest, binding))])
        {
            Requesters = [.. told.Run.Actors, .. told.EarlierActors],
            Facts =
            [
                .. rules is null ? Array.Empty<Fact>() : [new Fact($"environment {environment}", rules.ToString())],
                .. told.OpenedAt is { Count: > 0 } opened
                    ? [new Fact("review ended", string.Join(", ", opened.Select(Time)))]
                    : Array.Empty<Fact>(),
            ],
            Problems = [.. Problems(told, approvals), .. Unbound(told, approvals, plan, digest, binding)],
            NotChecked =
            [
                .. rules is null
                    ? [$"the rules of environment \"{environment}\": the token may not read them (actions: read)"]
                    : Array.Empty<string>(),
                .. rules is { Teams.Count: > 0 }
                    ? [$"whether the reviewers belong to {string.Join(", ", rules.Teams.Select(team =>
                        $"team {team}"))}; GitHub tells no workflow who does"]
                    : Array.Empty<string>(),
            ],
        };
    }

    static IEnumerable<Problem> Problems(RunReviews told, RunReview[] approvals)
    {
        if (told.Rules is not { } rules)
        {
            yield break;
        }

        if (!rules.AsksForReview && approvals.Length == 0)
        {
            yield return GitHubProblems.Unguarded(told.Environment);
        }
        else if (approvals.Length == 0 && told.OpenedAt is { Count: > 0 })
        {
            yield return GitHubProblems.Bypassed(told.Environment, "the job runs without an approval");
        }

        foreach (var approval in approvals)
        {
            if (rules.IsStranger(approval.By))
            {
                yield return GitHubProblems.Bypassed(told.Environment, $"{approval.By} approved, and is no required reviewer");
            }
            else if (rules.PreventsSelfReview && told.Run.Actors.Contains(approval.By, StringComparer.OrdinalIgnoreCase))
            {
                yield return GitHubProblems.Bypassed(
                    told.Environment, $"{approval.By} approved the own run, which the environment prevents");
            }
        }

        if (rules is { AsksForReview: true, PreventsSelfReview: false })
        {
            yield return GitHubProblems.SelfReview(told.Environment);
        }
    }

    /// <summary>A review that does not count has a way on, which the reviewer must be told.</summary>
    static IEnumerable<Problem> Unbound(RunReviews told, RunReview[] approvals, Plan plan, string digest, ApprovalBinding binding) =>
        approvals.Select(approval => (approval.By, Reason: Reject(approval, told, plan, digest, binding)))
            .Where(unbound => unbound.Reason is not null)
            .DistinctBy(unbound => (unbound.By.ToLowerInvariant(), unbound.Reason))
            .Select(unbound => GitHubProblems.Unbound(unbound.By, unbound.Reason!, digest[..ShortestDigest]));

    static Review Bind(RunReview review, RunReviews told, Plan plan, string digest, ApprovalBinding binding) =>
        new(review.By, review.State == "approved", review.Comment)
        {
            At = told.OpenedAt is { Count: > 0 } opened ? opened[^1] : null,
            NotBound = Reject(review, told, plan, digest, binding),
            AcceptedLosses = [.. plan.Losses.Select(loss => loss.Name).Where(name => Names(review.Comment, name))],
        };

    /// <summary>A review approves a run. To which plan follows from its comment, or from the order of things in the run.</summary>
    static string? Reject(RunReview review, RunReviews told, Plan plan, string digest, ApprovalBinding binding) =>
        review.Comment.Contains(digest[..ShortestDigest], StringComparison.OrdinalIgnoreCase) ? null
        : binding == ApprovalBinding.Comment ? $"its comment does not name {digest[..ShortestDigest]}"
        : plan.Promise.Commit is { } commit && told.Run.Commit is { } own && commit != own
            ? $"the plan is of commit {commit[..Math.Min(12, commit.Length)]}, and the run of {own[..Math.Min(12, own.Length)]}"
        : told.OpenedAt is null ? "the token may not read when it was given (deployments: read)"
        : told.OpenedAt.Count == 0 ? "no deployment of this run tells when it was given"
        : told.OpenedAt[0] >= plan.CreatedAt ? null
        : told.OpenedAt[^1] < plan.CreatedAt ? $"it was given at {Time(told.OpenedAt[^1])}, and the plan made at {Time(plan.CreatedAt)}"
        : IsOfOnePerson(told) ? null
        : "the run was run again since, and GitHub does not report to which attempt a review belongs";

    /// <summary>
    /// Of a run with several attempts GitHub lists all reviews without their times. Where one person gave one for each, the last one is
    /// among them.
    /// </summary>
    static bool IsOfOnePerson(RunReviews told) =>
        told.Reviews.All(review => review.State == "approved")
        && told.Reviews.Count >= told.OpenedAt!.Count
        && told.Reviews.Select(review => review.By).Distinct(StringComparer.OrdinalIgnoreCase).Count() == 1;

    static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    /// <summary>True when a comment holds the whole name of a loss: "…=120" does not accept "…=12".</summary>
    internal static bool Names(string comment, string loss)
    {
        for (var at = comment.IndexOf(loss, StringComparison.Ordinal); at >= 0; at =
            comment.IndexOf(loss, at + 1, StringComparison.Ordinal))
        {
            var end = at + loss.Length;
            if (end == comment.Length || !(char.IsLetterOrDigit(comment[end]) || comment[end] is '_' or '"'))
            {
                return true;
            }
        }

        return false;
    }
}
