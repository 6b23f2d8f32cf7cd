using DbGate.GitHub.Approvals;

namespace DbGate.Tests.GitHub;

/// <summary>A review's comment accepts a loss by its whole name.</summary>
[TestFixture]
public sealed class AcceptedLosses
{
    [TestCase("ok: RowsDeleted:public.t=12", true)]
    [TestCase("RowsDeleted:public.t=12, and go", true)]
    [TestCase("RowsDeleted:public.t=120", false)]
    [TestCase("RowsDeleted:public.t=120 and RowsDeleted:public.t=12.", true)]
    [TestCase("looks good", false)]
    public void Are_named_whole(string comment, bool accepts) =>
        Assert.That(ReviewJudgement.Names(comment, "RowsDeleted:public.t=12"), Is.EqualTo(accepts));
}
