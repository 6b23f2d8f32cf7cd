using CsCheck;
using DbGate.Configuration;
using DbGate.Targets;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
public sealed class Values
{
    [TestCase("0s", 0)]
    [TestCase("90", 90)]
    [TestCase("90s", 90)]
    [TestCase("15m", 900)]
    [TestCase("4h", 14_400)]
    [TestCase("2d", 172_800)]
    public void Of_time_have_a_unit_or_are_seconds(string text, int seconds) =>
        Assert.That(Read(ReadySettings.Timeout, "READY_TIMEOUT", text), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("soon")]
    [TestCase("-1s")]
    [TestCase("1.5h")]
    [TestCase("1h30m")]
    [TestCase("5sm")]
    [TestCase("s")]
    [TestCase("10w")]
    [TestCase("99999999999d")]
    [TestCase("2147483647d")]
    [TestCase(" 5s")]
    public void That_are_no_time_are_refused(string text) =>
        Assert.That(
            () => Read(ReadySettings.Timeout, "READY_TIMEOUT", text),
            Failure.From("DBG0002", problem => problem.Cause == "read from variable READY_TIMEOUT"));

    [Test]
    public void Of_time_are_read_back_as_they_are_shown() =>
        Gen.Int[0, 1_000_000].Select(seconds => TimeSpan.FromSeconds(seconds)).Sample(time =>
            ValueReaders.Duration.TryRead(ValueReaders.Duration.Show(time), out var read) && read == time);

    [TestCase("production", TargetEnvironment.Production)]
    [TestCase("Staging", TargetEnvironment.Staging)]
    public void That_are_words_ignore_case(string text, TargetEnvironment environment) =>
        Assert.That(Read(GeneralSettings.Environment, "DBGATE_ENVIRONMENT", text), Is.EqualTo(environment));

    [TestCase("prod")]
    [TestCase("2")]
    [TestCase("production,staging")]
    public void That_are_no_word_of_the_list_are_refused(string text) =>
        Assert.That(
            () => Read(GeneralSettings.Environment, "DBGATE_ENVIRONMENT", text),
            Failure.From("DBG0002", problem => problem.Message.Contains("development, staging or production")));

    [TestCase("true", true)]
    [TestCase("1", true)]
    [TestCase("on", true)]
    [TestCase("false", false)]
    [TestCase("off", false)]
    [TestCase("no", false)]
    public void Of_switches_are_yes_or_no(string text, bool value) =>
        Assert.That(Read(BackupSettings.UploadEnabled, "BACKUP_UPLOAD_ENABLED", text), Is.EqualTo(value));

    [Test]
    public void Of_switches_may_be_left_out_on_the_command_line()
    {
        using var project = new GatedProject();

        Assert.That(project.Read(options: new() { ["json"] = "" }).Get(GeneralSettings.Json), Is.True);
    }

    [Test]
    public void Of_other_options_may_not_be_left_out()
    {
        using var project = new GatedProject();

        Assert.That(
            () => project.Read(options: new() { ["environment"] = "" }),
            Failure.From("DBG0002", problem => problem.Message == "--environment needs a value"));
    }

    [Test]
    public void That_are_defaults_are_valid()
    {
        Assert.That(
            SettingsCatalog.All.Where(setting => setting.DefaultText is not "–" && setting.Reject(setting.DefaultText) is not null),
            Is.Empty);
    }

    static T Read<T>(Setting<T> setting, string variable, string text)
    {
        using var project = new GatedProject();
        return project.Read(new() { [variable] = text }).Get(setting);
    }
}
