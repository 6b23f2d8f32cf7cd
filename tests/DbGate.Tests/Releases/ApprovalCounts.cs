using System.Text.Json;
using DbGate.Backups.Manifests;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Plans;
using DbGate.Signing;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
public sealed class ApprovalCounts
{
    static readonly ApprovalPolicy Policy = ApprovalPolicy.DefaultOf(DbGate.Configuration.TargetEnvironment.Production);
    static readonly PlanFile Plan = SamplePlans.File(SamplePlans.Rehearsed);
    static readonly PlanFile Losing = SamplePlans.File(SamplePlans.WithLoss);

    [Test]
    public void Take_one_person_in_production()
    {
        Assert.That(Count([]).IsEnough, Is.False);
        Assert.That(Count([From("ben")]).IsEnough, Is.True);
    }

    [Test]
    public void Do_not_count_the_author() =>
        Assert.That(Count([From("Ana")]).NotCounted, Is.EqualTo(new[] { "Ana: asked for the plan, and may not approve it" }));

    [TestCase("ben")]
    [TestCase("BEN")]
    public void Count_nobody_who_asked_for_the_plan_as_well(string person) =>
        Assert.That(
            ApprovalCount.Refuse(SamplePlans.Plan with { AlsoRequestedBy = ["ben", "cara"] }, person, Policy),
            Is.EqualTo("asked for the plan, and may not approve it"));

    [Test]
    public void Count_the_author_where_policy_says_so() =>
        Assert.That(Count([From("ana")], Policy with { AuthorMay = true }).IsEnough, Is.True);

    [Test]
    public void Count_only_approvers_of_the_list() =>
        Assert.That(
            Count([From("ben"), From("eve")], Policy with { Approvers = ["Ben"] }).Counted.Select(approval => approval.By),
            Is.EqualTo(new[] { "ben" }));

    [Test]
    public void Do_not_count_an_approval_of_another_plan() =>
        Assert.That(Count([From("ben") with { Plan = new string('9', 64) }]).IsEnough, Is.False);

    [Test]
    public void Do_not_count_one_that_came_too_late() =>
        Assert.That(Count([From("ben") with { At = SamplePlans.Plan.ExpiresAt.AddSeconds(1) }]).NotCounted.Single(),
            Does.Contain("expired"));

    [Test]
    public void Do_not_count_a_copy_under_another_name()
    {
        var copy = Stored(From("ben")) with { Key = ApprovalStore.KeyOf(Plan.Digest, "cara") };
        Assert.That(ApprovalCount.From(Plan, [Stored(From("ben")), copy], Policy, null).Counted, Has.Count.EqualTo(1));
    }

    [Test]
    public void Take_two_people_for_a_data_loss_who_both_accept_it()
    {
        var accepts = From("ben", Losing) with { AcceptedLosses = ["public.a.c=12"] };
        var whole = From("cara", Losing) with { AcceptedLosses = ["ColumnDropped:public.a.c=12"] };
        var other = From("dan", Losing) with { AcceptedLosses = ["public.a.c=13"] };

        Assert.That(Count([accepts], plan: Losing).IsEnough, Is.False);
        Assert.That(
            Count([accepts, other], plan: Losing).NotCounted,
            Is.EqualTo(new[] { "dan: does not accept the loss ColumnDropped:public.a.c=12" }));
        Assert.That(Count([accepts, whole], plan: Losing).IsEnough, Is.True);
    }

    [Test]
    public void Do_not_count_unsigned_ones_where_a_key_is_set()
    {
        using var key = EvidenceLogs.NewKey();
        Assert.That(Count([From("ben")], key: key).IsEnough, Is.False);
        Assert.That(ApprovalCount.From(Plan, [Stored(From("ben"), key)], Policy, key).IsEnough, Is.True);
    }

    [Test]
    public void Demand_the_approvers_own_key_where_one_is_listed()
    {
        using var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var own = SigningKey.Load(pair.ExportECPrivateKeyPem(), "a test");
        using var deployer = EvidenceLogs.NewKey();
        var policy =
            Policy with { Keys =
                new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Ben"] = pair.ExportSubjectPublicKeyInfoPem() } };

        Assert.That(
            ApprovalCount.From(Plan, [Stored(From("ben"), deployer)], policy, deployer).NotCounted.Single(),
            Does.Contain("approver's own key"));
        Assert.That(ApprovalCount.From(Plan, [Stored(From("ben"), own)], policy, deployer).IsEnough, Is.True);
    }

    [Test]
    public void Take_two_claims_of_one_account_for_one_person()
    {
        var account = new Account("ana", "laptop");
        var policy = Policy with { Required = 2 };

        Assert.That(Count([From("ben") with { ClaimedBy = account }, From("cara") with { ClaimedBy = account }], policy).NotCounted,
            Is.EqualTo(new[] { "cara: claimed by account ana on machine laptop, like the approval of ben" }));
        Assert.That(
            Count(
                [From("ben") with { ClaimedBy = account }, From("cara") with { ClaimedBy = account with { Name = "cara" } }],
                    policy).IsEnough,
                Is.True);
    }

    [TestCase("ben", "BEN ")]
    [TestCase("coco", "\u0441\u043E\u0441\u043E")]
    public void Take_two_spellings_of_one_name_for_one_person(string one, string other) =>
        Assert.That(Count([From(one), From(other)], Policy with { Required = 2 }).Counted, Has.Count.EqualTo(1));

    [TestCase("Ana ")]
    [TestCase("ana\u200B")]
    [TestCase("\u0430na")]
    [TestCase(" ")]
    public void Do_not_count_the_author_under_another_spelling(string name) => Assert.That(Count([From(name)]).Counted, Is.Empty);

    [Test]
    public void Count_only_verified_identities_where_the_rules_require_them()
    {
        using var key = EvidenceLogs.NewKey();
        var policy = Policy with { Verified = true };
        var review = From("ben") with { Via = "github" };

        Assert.That(ApprovalCount.From(Plan, [Stored(From("ben"), key)], policy, key).NotCounted.Single(), Does.Contain("claimed"));
        Assert.That(
            ApprovalCount.From(Plan, [Stored(review)], policy, null).Counted, Is.Empty,
                "a person who can write to the store can write that");
        Assert.That(ApprovalCount.From(Plan, [Stored(review, key)], policy, key).IsEnough, Is.True);
    }

    [Test]
    public void Take_one_person_for_changed_rules_where_the_old_ones_required_nobody()
    {
        var plan =
            SamplePlans.File(SamplePlans.Plan with { RulesChanged = [new PlanRuleChange("backup.level", "L3", "L1", "dbgate.json:4")] });
        var none = Policy with { Required = 0, DataLoss = 0 };

        Assert.That(Count([], none, plan).IsEnough, Is.False);
        Assert.That(Count([From("ben", plan)], none, plan).IsEnough, Is.True);
        Assert.That(Count([], none).IsEnough, Is.True);
    }

    static ApprovalCount Count(Approval[] approvals, ApprovalPolicy? policy = null, PlanFile? plan = null, SigningKey? key = null) =>
        ApprovalCount.From(plan ?? Plan, [.. approvals.Select(approval => Stored(approval))], policy ?? Policy, key);

    static StoredApproval Stored(Approval approval, SigningKey? key = null) =>
        new(
            ApprovalStore.KeyOf(approval.Plan, approval.By),
            approval,
            SignedDocument.Write(JsonSerializer.SerializeToUtf8Bytes(approval, EvidenceJson.Readable.Approval), key));

    static Approval From(string person, PlanFile? plan = null) => new()
    {
        Plan = (plan ?? Plan).Digest,
        Environment = "production",
        By = person,
        At = SamplePlans.Now.AddMinutes(5),
        Via = "option",
        Tool = "DbGate 1.0.0",
    };
}
