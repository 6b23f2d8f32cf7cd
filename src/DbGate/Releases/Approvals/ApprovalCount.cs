using DbGate.Backups.Manifests;
using DbGate.Releases.Plans;
using DbGate.Signing;

namespace DbGate.Releases.Approvals;

/// <summary>Which approvals count. Pure but for the signatures' arithmetic.</summary>
/// <param name="Counted">Those that count, one per person.</param>
/// <param name="NotCounted">The others, each with the reason.</param>
/// <param name="Required">How many it takes.</param>
sealed record ApprovalCount(IReadOnlyList<Approval> Counted, IReadOnlyList<string> NotCounted, int Required)
{
    public bool IsEnough => Counted.Count >= Required;

    /// <param name="plan">The plan, with its digest.</param>
    /// <param name="approvals">What the store holds for it.</param>
    /// <param name="policy">Who may, and how many.</param>
    /// <param name="key">This run's key: where it is set, every approval must be signed, by it or by the approver's own.</param>
    public static ApprovalCount From(PlanFile plan, IReadOnlyList<StoredApproval> approvals, ApprovalPolicy policy, SigningKey? key)
    {
        var counted = new List<Approval>();
        var rejected = new List<string>();
        foreach (var stored in approvals)
        {
            if ((Reject(plan, stored, policy, key) ?? Repeated(stored.Approval!, counted)) is { } reason)
            {
                rejected.Add($"{stored.Approval?.By ?? stored.Key}: {reason}");
            }
            else
            {
                counted.Add(stored.Approval!);
            }
        }

        var least = plan.Plan.ChangesRules || plan.Plan.Compatibility?.Interruption is not null ? 1 : 0;
        return new ApprovalCount(counted, rejected, Math.Max(policy.RequiredFor(plan.Plan.MayLoseData), least));
    }

    /// <summary>
    /// A signature by the person's own key, or a review on GitHub that this pipeline's key signed. The signature itself is checked last.
    /// </summary>
    static bool IsVerified(Approval approval, ApprovalPolicy policy, SigningKey? key) =>
        policy.Keys.ContainsKey(approval.By) || (approval.Via == Approval.GitHubReview && key is not null);

    /// <summary>An approval that is not one more person's.</summary>
    static string? Repeated(Approval approval, IEnumerable<Approval> counted) => counted
        .Select(earlier => PersonName.AreSame(approval.By, earlier.By) ? $"{earlier.By} approved already"
            : PersonName.AreConfusable(approval.By, earlier.By) ? $"the name looks like {earlier.By}, who approved already"
            : approval.ClaimedBy is { } account && account == earlier.ClaimedBy ? $"claimed by {account}, like the approval of {earlier.By}"
            : null)
        .FirstOrDefault(reason => reason is not null);

    static string? Reject(PlanFile plan, StoredApproval stored, ApprovalPolicy policy, SigningKey? key) => stored.Approval switch
    {
        null => "the file is no approval",
        var approval when approval.Plan != plan.Digest => "it is of another plan",
        var approval when stored.Key != ApprovalStore.KeyOf(plan.Digest, approval.By) => "it does not stand under its approver's name",
        var approval when Refuse(plan.Plan, approval.By, policy) is { } reason => reason,
        var approval when policy.Verified
            && !IsVerified(approval, policy, key) => "its identity is claimed, and the rules require a verified one",
        var approval when approval.At > plan.Plan.ExpiresAt => "it came after the plan had expired",
        var approval when Unaccepted(plan.Plan, approval.AcceptedLosses) is [var loss, ..] => $"does not accept the loss {loss.Name}",
        var approval => Signature(stored.File, approval.By, policy, key),
    };

    /// <summary>Why this person cannot approve the plan; null when nothing speaks against it.</summary>
    public static string? Refuse(Plan plan, string person, ApprovalPolicy policy) =>
        PersonName.Reject(person) is { } wrong ? $"is not a name: it {wrong}"
        : !policy.Allows(person)
            ? $"is not among the approvers of "
                + $"{(policy.Protected is { } names && !PersonName.IsIn(person, names) ? "the approvers file" : "dbgate.json")}"
        : policy.AuthorMay ? null
        : plan.Requesters.Any(requester => PersonName.AreSame(person, requester)) ? "asked for the plan, and may not approve it"
        : plan.Requesters.FirstOrDefault(requester => PersonName.AreConfusable(person, requester)) is { } alike
            ? $"looks like {alike}, who asked for the plan"
        : null;

    /// <summary>The losses that these names do not accept.</summary>
    public static IReadOnlyList<PlanLoss> Unaccepted(Plan plan, IReadOnlyList<string> accepted) =>
        [.. plan.ToAccept.Where(loss => !accepted.Any(name => Accepts(name, loss)))];

    /// <summary>The whole name, or the name without its kind: <c>public."User".name=120</c>.</summary>
    static bool Accepts(string name, PlanLoss loss) =>
        name == loss.Name || (loss.Name.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && name == loss.Name[(colon + 1)..]);

    static string? Signature(SignedDocument file, string person, ApprovalPolicy policy, SigningKey? key)
    {
        if (policy.Keys.TryGetValue(person, out var pem))
        {
            using var own = SigningKey.Load(pem, $"approvals.keys.{person}");
            return file.Check(own) == SignatureState.Valid ? null : "it is not signed with the approver's own key";
        }

        return key is null || file.Check(key) == SignatureState.Valid ? null : $"its signature is invalid ({file.Check(key)})";
    }
}
