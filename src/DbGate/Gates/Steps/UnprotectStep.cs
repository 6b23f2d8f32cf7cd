using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Gates.Steps;

/// <summary>Takes the protection away.</summary>
sealed class UnprotectStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("unprotect") with
    {
        IsRecorded = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        var database = connection.Facts.DatabaseName;
        if (await Installation.ReadAsync(connection.Session, cancellationToken) is not { } installation)
        {
            return new StepResult { Summary = $"{database} is not protected; nothing to remove", OnlyLooked = true };
        }

        if (context.IsProduction && await ConfirmationAsync(context, database, cancellationToken) != database)
        {
            throw new GateException(ProtectionProblems.NotConfirmed(database));
        }

        var refusals = await Refusals.ReadAsync(connection.Session, 1, cancellationToken);
        await using (await AdvisoryLock.AcquireAsync(connection.Session, "deploy", cancellationToken))
        {
            await DatabaseProtection.RunAsync(connection.Session, DatabaseProtection.Removal(installation), cancellationToken);
        }

        return new StepResult
        {
            Summary = $"{database} is no longer protected",
            Facts = refusals is null ? [] : [new Fact("refused while it stood", $"{refusals.Total}")],
        };
    }

    /// <summary>What the command line states; else what a person types on the terminal.</summary>
    static async Task<string?> ConfirmationAsync(GateContext context, string database, CancellationToken cancellationToken) =>
        context.Settings.Get(TaskOptions.Confirm) is { Length: > 0 } given ? given
        : context.Services.Prompt is { } prompt ? (await prompt.AskAsync(Question(context, database), cancellationToken))?.Trim()
        : null;

    internal static string Question(GateContext context, string database) =>
        $"""
        The protection of {database} (production, on {context.Target.DirectUrl.Host}) will be removed:
          afterwards the server itself stops no destructive command.
        Type {database} to go on: 
        """;
}
