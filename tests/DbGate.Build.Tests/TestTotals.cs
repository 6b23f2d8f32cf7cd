namespace DbGate.Build.Tests;

[TestFixture]
public sealed class TestTotals
{
    [Test]
    public void Sum_up_the_results_of_all_projects()
    {
        var total = TestTotal.Read([Trx("Passed", "Passed", "Failed"), Trx("Passed", "NotExecuted")]);
        Assert.That(total, Is.EqualTo(new TestTotal(3, 1, 1)));
    }

    [Test]
    public void Count_what_neither_passed_nor_was_skipped_as_failed() =>
        Assert.That(TestTotal.Read([Trx("Timeout", "Aborted")]), Is.EqualTo(new TestTotal(0, 2, 0)));

    [Test]
    public void Read_as_one_line() => Assert.That(new TestTotal(3, 1, 2).ToString(), Is.EqualTo("3 passed, 1 failed, 2 skipped"));

    [Test]
    public void Hold_only_when_tests_ran_and_none_failed()
    {
        Assert.That(new TestTotal(1, 0, 4).Holds, Is.True);
        Assert.That(new TestTotal(1, 1, 0).Holds, Is.False);
        Assert.That(new TestTotal(0, 0, 4).Holds, Is.False);
    }

    static string Trx(params string[] outcomes)
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.trx");
        var results = string.Concat(outcomes.Select(outcome => $"<UnitTestResult outcome=\"{outcome}\" />"));
        File.WriteAllText(
            file, $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{results}</Results></TestRun>");
        return file;
    }
}
