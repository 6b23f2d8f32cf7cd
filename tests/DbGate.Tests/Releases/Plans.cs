using System.Text;
using System.Text.Json;
using DbGate.Releases.Plans;
using DbGate.Tests.Reports;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
public sealed class Plans
{
    [Test]
    public void Have_one_digest_for_the_same_inputs() =>
        Assert.That(SamplePlans.File(SamplePlans.Plan with { }).Digest, Is.EqualTo(SamplePlans.File().Digest).And.Match("^[0-9a-f]{64}$"));

    [Test]
    public void Have_the_digest_that_the_documentation_computes() =>
        Assert.That(
            SamplePlans.File().Digest, Is.EqualTo(Snapshot), "the canonical form or the plan's shape changed: raise Plan.CurrentFormat");

    [Test]
    public void Have_another_digest_when_anything_moves()
    {
        var plan = SamplePlans.Plan;
        Plan[] others =
        [
            plan with { ExpiresAt = plan.ExpiresAt.AddSeconds(1) },
            plan with { RequestedBy = "ben" },
            plan with { NotChecked = [] },
            plan with { Promise = plan.Promise with { Commit = new string('d', 40) } },
            plan with { Promise = plan.Promise with { Backup = null } },
            plan with { Migrations = [plan.Migrations[0], new("3_last", "SELECT 2;")] },
            SamplePlans.WithLoss,
        ];

        Assert.That(others.Select(other => SamplePlans.File(other).Digest).Append(SamplePlans.File().Digest), Is.Unique);
    }

    [Test]
    public void Are_read_back_as_they_were_written()
    {
        var file = SamplePlans.File(SamplePlans.WithLoss);
        var read = PlanFile.Read(file.Bytes, "plan.json", file.Digest, null);

        Assert.That(SamplePlans.File(read.Plan).Digest, Is.EqualTo(file.Digest));
        Assert.That(read.Plan.Losses.Single().Name, Is.EqualTo("ColumnDropped:public.a.c=12"));
    }

    [TestCase("\"approvalsRequired\": 1", "\"approvalsRequired\": 0")]
    [TestCase("SELECT 1;", "DROP TABLE a;")]
    [TestCase("\"requestedBy\": \"ana\"", "\"requestedBy\": \"ana\", \"also\": 1")]
    [TestCase("\"plan\":", "\"plans\":")]
    [TestCase("{", "")]
    public void Are_refused_when_they_were_altered(string before, string after)
    {
        var file = SamplePlans.File();
        var text = Encoding.UTF8.GetString(file.Bytes.Span);
        var altered = Encoding.UTF8.GetBytes(text.Replace(before, after));

        Assert.That(altered, Is.Not.EqualTo(file.Bytes.ToArray()));
        Assert.That(() => PlanFile.Read(altered, "plan.json", file.Digest, null), Failure.From("DBG0531"));
    }

    [Test]
    public void Are_refused_unsigned_where_a_key_is_set()
    {
        using var key = EvidenceLogs.NewKey();
        using var other = EvidenceLogs.NewKey();
        var (signed, unsigned) = (PlanFile.Write(SamplePlans.Plan, key), SamplePlans.File());

        Assert.That(signed.Digest, Is.EqualTo(unsigned.Digest));
        Assert.That(() => PlanFile.Read(signed.Bytes, "plan.json", signed.Digest, key), Throws.Nothing);
        Assert.That(() => PlanFile.Read(unsigned.Bytes, "plan.json", signed.Digest, key), Failure.From("DBG0531"));
        Assert.That(() => PlanFile.Read(signed.Bytes, "plan.json", signed.Digest, other), Failure.From("DBG0531"));
    }

    [Test]
    public void Are_described_by_their_schema([Values] bool loses, [Values] bool signed)
    {
        using var key = EvidenceLogs.NewKey();
        var schema =
            new JsonSchema(
                JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "schemas", "plan.schema.json"))).RootElement);
        var plan = PlanFile.Write(loses ? SamplePlans.WithRecounts : SamplePlans.Plan, signed ? key : null);

        Assert.That(schema.Validate(JsonDocument.Parse(plan.Bytes).RootElement), Is.Empty);
    }

    [Test]
    public void Look_so_in_markdown([Values("plain", "with-loss")] string name) =>
        Tests.Snapshot.Compare(
            Path.Combine(Repository.Root, "tests", "DbGate.Tests", "Releases", "snapshots", $"{name}.md"),
            PlanMarkdown.Render(SamplePlans.File(name == "plain" ? SamplePlans.Plan : SamplePlans.WithLoss)));

    const string Snapshot = "c27c174e72bb169cb4efa58ad2c6e451221ee7b0ddce47fa829f4f729449b1e9";
}
