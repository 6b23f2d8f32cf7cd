using DbGate.Releases;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Reports.Html;

namespace DbGate.Tests.Reports.Html;

[Parallelizable(ParallelScope.All)]
public sealed class PageVerdicts
{
    static readonly ReleaseFacts Facts = SampleReleases.Facts;
    static readonly Problem Unapproved = new(EvidenceProblems.NotApprovedCode, "plan has 1 of 2 approvals");

    [Test]
    public void Ask_for_approval_when_nothing_else_is_missing()
    {
        var verdict = PageVerdict.From(Blocked(Facts, Unapproved));
        Assert.That((verdict.Style, verdict.Word), Is.EqualTo((VerdictStyle.Waiting, "Ready, and it loses data")));
        Assert.That(verdict.Next.Select(next => next.Line), Is.EqualTo(new[]
        {
            $"./build.sh --target=approve --environment=production --plan={Facts.Digest} --by=<name> --confirm=APPROVE_PRODUCTION "
                + "--accept-loss=ColumnDropped:public.a.c=12",
            $"./build.sh --target=release --environment=production --plan={Facts.Digest} --engine=direct",
        }));
    }

    [Test]
    public void Say_no_when_anything_else_blocks() =>
        Assert.That(PageVerdict.From(Blocked(Facts, Unapproved, Problem(ExitCode.Blocked))).Word, Is.EqualTo("Blocked"));

    [Test]
    public void Say_no_for_a_draft() =>
        Assert.That(PageVerdict.From(Blocked(Facts with { IsStored = false }, Unapproved)).Style, Is.EqualTo(VerdictStyle.Bad));

    [Test]
    public void Say_that_the_database_changed()
    {
        var verdict =
            PageVerdict.From(
                Blocked(
                    Facts, Problem(ExitCode.Blocked),
                    Problem(
                        ExitCode.MigrationFailed) with { State = "half of it stays",
                            Fix = new("Do it", FixCommand.Run("first"), FixCommand.Run("second") with { Note = "or go back" }) }));
        Assert.That((verdict.Style, verdict.Word, verdict.Sentence), Is.EqualTo((VerdictStyle.Alarm, "Act now", "half of it stays.")));
        Assert.That(verdict.Next.Select(next => next.Line), Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    public void Never_say_untouched_after_a_deploy()
    {
        var verdict =
            PageVerdict.From(Blocked(Facts with { Deployed = ["1_a"] },
                Problem(ExitCode.Blocked) with { State = DatabaseState.Untouched }));
        Assert.That((verdict.Style, verdict.Word), Is.EqualTo((VerdictStyle.Alarm, "Deployed, not ready")));
        Assert.That(verdict.Sentence, Does.StartWith("1 migration applied").And.Not.Contain("untouched"));
    }

    [TestCase(2, "Approved")]
    [TestCase(1, "Ready, and it loses data")]
    public void Count_the_approvals(int required, string word) =>
        Assert.That(
            PageVerdict.From(
                SampleReleases.Planned with { Release =
                    Facts with { Approvals = [.. Enumerable.Repeat(Facts.Approvals[0], required)] } }).Word, Is.EqualTo(word));

    [Test]
    public void Tell_a_release_from_a_check()
    {
        Assert.That(
            PageVerdict.From(SampleReleases.Planned with { Release = Facts with { Deployed = ["1_a"] } }).Word, Is.EqualTo("Released"));
        Assert.That(
            PageVerdict.From(SampleReleases.Planned with { Release = Facts with { Deployed = [] } }).Word, Is.EqualTo("Nothing to deploy"));
        Assert.That(PageVerdict.From(SampleReports.Passing).Word, Is.EqualTo("Pass"));
        Assert.That(PageVerdict.From(SampleReports.Passing with { Steps = [] }).Word, Is.EqualTo("Nothing was checked"));
    }

    static GateReport Blocked(ReleaseFacts release, params Problem[] problems) => SampleReports.Passing with
    {
        Environment = "production",
        Release = release,
        Steps = [
            new StepReport(
                new StepDescriptor("migrate-deploy", ""), new StepResult { Summary = "blocked", Problems = [.. problems] }, TimeSpan.Zero)],
    };

    static Problem Problem(ExitCode code) => new(new ProblemCode("DBG0999", "A sample", code), "it does not hold");
}
