using System.Globalization;
using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Providers;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Reports;
using DbGate.Signing;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>Restores a backup: in place of the environment's database, or next to it.</summary>
sealed class RestoreStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("restore") with
    {
        IsRecorded = true,
        IsForRecovery = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        var named = settings.Get(TaskOptions.RestoreBackup);
        if (EngineBackups.IsUsed(settings) && settings.Get(TaskOptions.RestoreFile).Length == 0
            && (named.Length == 0 || BackupName.IsProof(named)))
        {
            throw EngineProblems.RestoreByEngine(
                EngineBackups.Open(context).Name, await EngineBackups.NewestRecoveryAsync(context, cancellationToken));
        }

        using var key = BackupRequests.Key(settings);
        var request = new RestoreRequest
        {
            Backup = settings.Get(TaskOptions.RestoreFile).Length > 0 ? null : Choose(context, key),
            File = settings.Get(TaskOptions.RestoreFile) is { Length: > 0 } ? settings.GetPath(TaskOptions.RestoreFile) : null,
            Url = context.Target.DirectUrl,
            Into = settings.Get(TaskOptions.RestoreInto) is { Length: > 0 } into ? into : null,
            Tables = settings.Get(TaskOptions.RestoreTable)
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            IsPrepared = settings.Get(TaskOptions.RestorePrepared),
            Changes = Changes(settings),
            IsProduction = context.IsProduction,
            Options = Options(settings),
            Waive = Waived(context),
            Clock = context.Clock,
        };
        request = request with { Confirmation = Confirmation(context), Ask = Ask(context) };
        var protection = request.Replaces ? await RestoredProtection.ReadAsync(context, cancellationToken) : null;
        if (request.Replaces)
        {
            await EvidenceWriter.BeginAsync(
                context, Descriptor, $"{context.Target.DirectUrl.Database} will be replaced by a backup", [], cancellationToken);
        }

        using var display = new RestoreDisplay(context, "restore");
        var outcome = await Restore.RunAsync(request, display, cancellationToken);
        var kept = outcome.Former is null ? null : await RestoredProtection.KeepAsync(context, protection, cancellationToken);
        return new StepResult
        {
            Summary = !outcome.Holds ? $"{outcome.Database} was restored beside, and is not what was backed up; nothing was replaced"
                : request.Replaces
                    ? $"{outcome.Database} is what {outcome.Source} holds; restored in {TextSanitizer.Duration(outcome.RestoreTime)}"
                : $"{outcome.Source} is in the new database {outcome.Database}; restored in {TextSanitizer.Duration(outcome.RestoreTime)}",
            Problems = [
                .. outcome.Comparison?.Problems ?? [], .. outcome.Findings, .. kept?.Problem is { } lost ? [lost] : Array.Empty<Problem>()],
            Facts =
            [
                new Fact("source", outcome.Source),
                new Fact("database", outcome.Database),
                .. outcome.Former is { } former
                    ?
                    [
                        new Fact("former database", $"{former} (kept; drop it when it is not needed any more)"),
                        new Fact("next backup", "once with --accept-new-database: it is another database than the one of the last backup"),
                    ]
                    : Array.Empty<Fact>(),
                .. kept?.Fact is { } fact ? [fact] : Array.Empty<Fact>(),
                new Fact("time to restore", TextSanitizer.Duration(outcome.RestoreTime)),
            ],
            NotChecked = [.. outcome.NotChecked],
        };
    }

    internal static BackupChoice Choose(GateContext context, SigningKey? key) =>
        new(BackupStores.Open(context.Settings)[0], context.Environment.ToString().ToLowerInvariant())
        {
            Key = context.Settings.Get(TaskOptions.RestoreBackup) is { Length: > 0 } name ? name : null,
            Database = context.FindTarget()?.DirectUrl.Database,
            SigningKey = key,
        };

    /// <summary>Applies the waivers before anything is decided; an expired one is reported by the run itself.</summary>
    internal static Func<IReadOnlyList<Problem>, IReadOnlyList<Problem>> Waived(GateContext context) =>
        problems => [.. context.Waive(problems).Where(problem => problem.Code != ConfigurationProblems.WaiverCode)];

    /// <summary>What is left out, or given to other roles.</summary>
    internal static RestoreChanges Changes(Settings settings) =>
        (settings.Get(RestoreSettings.Omit), settings.Get(RestoreSettings.OwnerMap)) is var (omit, map)
            ? RestoreChanges.TryParse(omit, map) ?? throw RestoreProblems.Changes(omit, map)
            : RestoreChanges.None;

    internal static RestoreOptions Options(Settings settings) =>
        new() { Jobs = settings.Get(RestoreSettings.Jobs) is > 0 and var jobs ? jobs : null };

    // Typed now, by a person or in this very command: a word that comes from a file confirms nothing.
    static string? Confirmation(GateContext context) =>
        context.Settings.Find(TaskOptions.Confirm) is { Source.Layer: SettingLayer.CommandLine } given ? given.Text : null;

    static Func<RestorePreview, CancellationToken, Task<string?>>? Ask(GateContext context) => context.Services.Prompt is { } prompt
        ? (preview, cancellationToken) => prompt.AskAsync(Question(preview), cancellationToken)
        : null;

    internal static string Question(RestorePreview preview) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {preview.Database} of production ({TextSanitizer.Bytes(preview.DatabaseBytes)}, on {preview.Host}) will be replaced by {preview.Source}:
          taken {preview.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {TextSanitizer.Duration(preview.Age)} ago; {preview.Rows:N0} {(preview.Rows == 1 ? "row" : "rows")}; {(preview.IsSigned ? "signed" : "not signed")}
          What was written since then will be in {preview.Former} only.
        Type {RestoreRequest.ConfirmationWord} to go on: 
        """);
}
