using System.Globalization;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>Backups are on, kept for a stated time, and the last restore test is young enough. Needs no database.</summary>
sealed class BackupConfigCheck : ICheck
{
    /// <summary>A restore test older than this counts as none.</summary>
    public const int MaximumRestoreTestAgeDays = 90;

    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } = new(
        "DBG0121", "backupConfig", "Backups are configured and restore-tested", "set the BACKUP_* variables and run the task restore-test");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var tested = await context.Services.Evidence.NewestRestoreTestAsync(context, cancellationToken);
        var problems = Decide(context.Settings, context.IsProduction, context.Clock.GetUtcNow(), tested);
        return CheckResult.From(problems, Describe(context.Settings, tested));
    }

    /// <summary>Decides from values alone.</summary>
    internal static IReadOnlyList<Problem> Decide(Settings settings, bool isProduction, DateTimeOffset now, RestoreTestRecord? record)
    {
        var problems = new List<Problem>();
        if (isProduction && settings.Find(BackupSettings.Enabled)?.Text is not "true")
        {
            problems.Add(CheckProblems.BackupDisabled(settings.Find(BackupSettings.Enabled)));
        }

        var retention = settings.Find(BackupSettings.RetentionDays);
        if (retention is null && isProduction)
        {
            problems.Add(CheckProblems.RetentionMissing());
        }
        else if (retention is not null
            && !(int.TryParse(retention.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days >= 1))
        {
            problems.Add(CheckProblems.RetentionInvalid(retention));
        }

        if (isProduction && Forgotten(settings) is { } forgotten)
        {
            problems.Add(forgotten);
        }

        if (RestoreTest(settings, isProduction, now, record) is { } problem)
        {
            problems.Add(isProduction ? problem : problem with { Severity = Severity.Warning });
        }

        return problems;
    }

    /// <summary>
    /// A folder is no store where the machine is thrown away after the job; null elsewhere, and where backups are uploaded.
    /// </summary>
    internal static Problem? Forgotten(Settings settings) =>
        IsHostedByGitHub(settings) && !settings.Get(BackupSettings.UploadEnabled)
            ? CheckProblems.BackupForgotten(settings.Get(BackupSettings.Folder))
            : null;

    static bool IsHostedByGitHub(Settings settings) =>
        settings.Variables.GetValueOrDefault("GITHUB_ACTIONS")?.Text == "true"
            && settings.Variables.GetValueOrDefault("RUNNER_ENVIRONMENT")?.Text == "github-hosted";

    /// <summary>The store's record is believed before the hand-written date.</summary>
    static Problem? RestoreTest(Settings settings, bool isProduction, DateTimeOffset now, RestoreTestRecord? record)
    {
        if (record is not null)
        {
            return Age(DateOnly.FromDateTime(record.TestedAt.UtcDateTime), now, record.Location);
        }

        var written = settings.Find(BackupSettings.LastRestoreTestDate);
        if (written is null)
        {
            return isProduction ? CheckProblems.RestoreTestMissing() : null;
        }

        return TryDate(written.Text, out var day) ? Age(day, now, written.Source.Name) : CheckProblems.RestoreTestInvalid(written);
    }

    static Problem? Age(DateOnly day, DateTimeOffset now, string source)
    {
        var age = DateOnly.FromDateTime(now.UtcDateTime).DayNumber - day.DayNumber;
        return age switch
        {
            < 0 => CheckProblems.RestoreTestInFuture(day, source),
            > MaximumRestoreTestAgeDays => CheckProblems.RestoreTestTooOld(age, source),
            _ => null,
        };
    }

    static bool TryDate(string text, out DateOnly day)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
        {
            return true;
        }

        var isTime = DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.fffK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time);
        day = DateOnly.FromDateTime(time.UtcDateTime);
        return isTime;
    }

    static string Describe(Settings settings, RestoreTestRecord? record) =>
        (settings.Find(BackupSettings.Enabled)?.Text == "true" ? "backups enabled" : "backups not enabled")
        + $", kept {settings.Get(BackupSettings.RetentionDays)} days, "
        + (record is not null ? $"restore test {record.TestedAt:yyyy-MM-dd} (record {record.Location})"
            : settings.Find(BackupSettings.LastRestoreTestDate) is { } written
                ? $"restore test {written.Text} (written by hand, {written})"
            : "no restore test on record");
}
