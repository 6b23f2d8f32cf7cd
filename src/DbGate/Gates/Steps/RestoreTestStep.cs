using System.Globalization;
using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Signing;
using DbGate.Targets;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>Proves a backup by restoring and comparing it.</summary>
sealed class RestoreTestStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("restore-test") with
    {
        IsRecorded = true,
        IsForRecovery = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        if (await YoungerAsync(context, settings.Get(RestoreSettings.DueAfter), cancellationToken) is { } young)
        {
            return young;
        }

        if (EngineBackups.IsUsed(settings))
        {
            return await EngineSteps.TestAsync(context, testedAt => Note(context, testedAt), cancellationToken);
        }

        using var key = BackupRequests.Key(settings);
        using var display = new RestoreDisplay(context, "restore test");
        var level = settings.Get(RestoreSettings.SchemaOnly) ? VerificationLevel.SchemaRestored : VerificationLevel.Restored;
        var outcome = await RestoreTest.RunAsync(
            Request(context, RestoreStep.Choose(context, key), level, key), display, cancellationToken);
        var record = outcome.Record;
        var file = outcome.Passed && record.Level >= VerificationLevel.Restored ? Note(context, record.TestedAt) : null;
        return new StepResult
        {
            Summary = outcome.Passed
                ? $"{record.Archive} restored in {TextSanitizer.Duration(record.RestoreTime)}, "
                    + $"{(record.Level >= VerificationLevel.Restored ? $"{Rows(record.Rows)} equal" : "definitions only")}"
                : $"{record.Archive} was restored, and is not what was backed up",
            Problems = [.. outcome.Report.Problems],
            Facts =
            [
                new Fact("archive", record.Archive),
                new Fact("scratch", outcome.Place),
                new Fact("loaded as", outcome.LoadedAs),
                new Fact("time to restore", TextSanitizer.Duration(record.RestoreTime)),
                new Fact(
                    "compared",
                    $"{TextSanitizer.Count(record.Tables, "table", "tables")}, {Rows(record.Rows)}, "
                        + $"{TextSanitizer.Count(record.ForeignKeys, "foreign key", "foreign keys")}, "
                        + $"{TextSanitizer.Count(record.Indexes, "index", "indexes")} in "
                        + $"{TextSanitizer.Duration(record.CompareTime)}"),
                new Fact("record", outcome.RecordKey),
                .. file is null ? Array.Empty<Fact>() : [new Fact("date", $"LAST_BACKUP_RESTORE_TEST_DATE in {file}")],
            ],
            NotChecked = [.. outcome.Report.NotChecked],
        };
    }

    /// <summary>What a schedule asks each week: whether it is time again.</summary>
    static async Task<StepResult?> YoungerAsync(GateContext context, TimeSpan due, CancellationToken cancellationToken) =>
        due > TimeSpan.Zero
        && await context.Services.Evidence.NewestRestoreTestAsync(context, cancellationToken) is { } newest
        && context.Clock.GetUtcNow() - newest.TestedAt is var age
        && age < due
            ? new StepResult
            {
                OnlyLooked = true,
                Summary = $"not due: the newest restore test is {age.Days} days old, and is repeated after {due.Days}",
                Facts = [new Fact("record", newest.Location)],
            }
            : null;

    /// <summary>What a restore test is to prove, where the settings state.</summary>
    internal static RestoreTestRequest Request(GateContext context, BackupChoice backup, VerificationLevel level, SigningKey? key) => new()
    {
        Backup = backup,
        Target = context.Settings.Find(DatabaseSettings.TestDatabaseUrl) is { Text.Length: > 0 } url
            ? PostgresUrl.Parse(url.Text, url.Source.Name)
            : null,
        Recreate = context.Settings.Get(RestoreSettings.Recreate),
        Configured = [.. Target.Configured(context.Settings)],
        Level = level,
        Changes = RestoreStep.Changes(context.Settings),
        Options = RestoreStep.Options(context.Settings),
        Waive = RestoreStep.Waived(context),
        Tool = $"DbGate {ToolVersion.Current}",
        SigningKey = key,
        Clock = context.Clock,
    };

    static string? Note(GateContext context, DateTimeOffset testedAt)
    {
        if (context.Settings.Find(RestoreSettings.EnvFile) is not { Text.Length: > 0 } file)
        {
            return null;
        }

        try
        {
            EnvFile.Set(
                context.Settings.GetPath(RestoreSettings.EnvFile),
                BackupSettings.LastRestoreTestDate.Variables[0],
                testedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            return file.Text;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw RestoreProblems.EnvFile(file.Text, fault.Message);
        }
    }

    static string Rows(long count) => TextSanitizer.Count(count, "row", "rows");
}
