namespace DbGate.Build.Tests.Workflows;

/// <summary>When the workflows run that no one starts.</summary>
public sealed class ScheduleRules
{
    [TestCase(".github/workflows/backup.yml", new[] { "0 2 * * *" }, TestName = "A backup each night at 02:00 UTC")]
    [TestCase(".github/workflows/restore-test.yml", new[] { "0 3 * * 0" }, TestName = "A look each week whether a restore test is due")]
    [TestCase("docs/github/schedules.yml", new[] { "0 2 * * *", "0 3 * * 0" }, TestName = "And both in the example")]
    public void Are_kept(string file, string[] crons)
    {
        var triggers = Yaml.Load(file).Find("on");

        Assert.That(triggers.Find("schedule").Items().Select(entry => entry.Find("cron").Text()), Is.EqualTo(crons));
        Assert.That(triggers.Members().Select(trigger => trigger.Name), Does.Contain("workflow_dispatch"), "and by hand");
    }

    [Test]
    public void A_restore_test_is_due_ten_days_before_releases_stop() =>
        Assert.That(
            Yaml.Load(".github/workflows/restore-test.yml")
                .Find("on")
                .Find("workflow_call")
                .Find("inputs")
                .Find("due-after")
                .Find("default")
                .Text(), Is.EqualTo("80d"));
}
