using DbGate.Configuration;

namespace DbGate.Tests.Configuration;

[NonParallelizable] // may write docs/reference/rules.md
sealed class SettingClasses
{
    static IEnumerable<Setting> Guarding => SettingsCatalog.All.Where(setting => setting.Class == SettingClass.Guarding);

    [Test]
    public void Of_the_page_are_those_of_the_catalog() => GeneratedSection.Matches(
        "docs/reference/rules.md",
        "classes",
        "| setting | class | weaker when |\n|---|---|---|\n" + string.Concat(SettingsCatalog.All.Select(
            setting =>
                $"| `{(setting.IsSecret ? setting.Variables[0] : setting.Name)}` | {Class(setting)} | "
                    + $"{(setting.Class == SettingClass.Guarding ? setting.WeakerText : "–")} |\n")));

    [TestCaseSource(nameof(Guarding))]
    public void The_same_value_is_not_a_weaker_rule(Setting setting) => Assert.That(setting.IsWeakerThan(null, null), Is.False);

    [TestCase("10m", "0s", false, Description = "0s is no limit")]
    [TestCase("0s", "10m", true)]
    [TestCase("11m", "10m", true)]
    [TestCase("9m", "10m", false)]
    public void A_longer_wait_for_locks_is_weaker(string candidate, string inForce, bool isWeaker) =>
        Assert.That(MigrationSettings.DeployLockTimeout.IsWeakerThan(candidate, inForce), Is.EqualTo(isWeaker));

    [TestCase("L1", "L3", true)]
    [TestCase("L3", "L1", false)]
    [TestCase("L1", null, false)]
    [TestCase("L0", null, true)]
    public void A_lower_backup_level_is_weaker(string candidate, string? inForce, bool isWeaker) =>
        Assert.That(BackupSettings.Level.IsWeakerThan(candidate, inForce), Is.EqualTo(isWeaker));

    [TestCase("off", "auto", true)]
    [TestCase("auto", "required", true)]
    [TestCase("required", "auto", false)]
    public void A_rehearsal_that_may_be_left_out_is_weaker(string candidate, string inForce, bool isWeaker) =>
        Assert.That(RehearsalSettings.Policy.IsWeakerThan(candidate, inForce), Is.EqualTo(isWeaker));

    [TestCase("7", "30", true)]
    [TestCase("30", "7", false)]
    [TestCase("many", "7", true)]
    public void Fewer_days_of_backups_are_weaker(string candidate, string inForce, bool isWeaker) =>
        Assert.That(BackupSettings.RetentionDays.IsWeakerThan(candidate, inForce), Is.EqualTo(isWeaker));

    [Test]
    public void One_more_exempt_role_is_weaker() => Assert.Multiple(() =>
    {
        Assert.That(ProtectionSettings.ExemptRoles.IsWeakerThan("partman, admin", "partman"), Is.True);
        Assert.That(ProtectionSettings.ExemptRoles.IsWeakerThan("partman", "partman,admin"), Is.False);
    });

    [Test]
    public void A_table_without_its_tripwire_is_weaker() => Assert.Multiple(() =>
    {
        Assert.That(ProtectionSettings.TripwireTables.IsWeakerThan("User", "User,Order"), Is.True);
        Assert.That(ProtectionSettings.TripwireTables.IsWeakerThan("User,Order", "User"), Is.False);
    });

    [Test]
    public void Every_change_of_a_value_without_an_order_is_weaker() => Assert.Multiple(() =>
    {
        Assert.That(ReadySettings.Url.IsWeakerThan("https://a/ready", "https://b/ready"), Is.True);
        Assert.That(ReadySettings.Url.IsWeakerThan(null, "https://b/ready"), Is.True);
    });

    static string Class(Setting setting) =>
        setting.Class == SettingClass.TrustedOnly ? "trusted only" : setting.Class.ToString().ToLowerInvariant();
}
