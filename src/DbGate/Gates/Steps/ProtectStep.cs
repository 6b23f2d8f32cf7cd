using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Gates.Steps;

/// <summary>The database itself refuses schema changes outside of a release.</summary>
sealed class ProtectStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("protect") with
    {
        IsRecorded = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        if (context.Settings.Get(TaskOptions.Verify))
        {
            return (await VerifyAsync(context, connection, cancellationToken)) with { OnlyLooked = true };
        }

        var plan = await DatabaseProtection.PlanAsync(connection, ProtectionOptions.From(context.Settings), cancellationToken);
        if (context.Settings.Get(TaskOptions.PrintSql))
        {
            return Printed(context, plan);
        }

        await using (await AdvisoryLock.AcquireAsync(connection.Session, "deploy", cancellationToken))
        {
            await DatabaseProtection.RunAsync(connection.Session, plan.Script, cancellationToken);
        }

        return await VerifyAsync(context, connection, cancellationToken);
    }

    static StepResult Printed(GateContext context, ProtectionPlan plan)
    {
        var file = Path.Combine(context.Settings.GetPath(GeneralSettings.ReportsFolder), "protect.sql");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, plan.Script);
        return new StepResult
        {
            OnlyLooked = true,
            Summary = $"nothing was changed; the SQL to review is in {Path.GetRelativePath(context.Settings.Root, file)}",
            Facts =
            [
                new Fact("mode", plan.Mode == ProtectionMode.Roles ? "roles" : "triggers"),
                new Fact(
                    "server", $"{plan.Abilities.Service}; role {plan.Abilities.Role}{(plan.Abilities.IsSuperuser ? ", a superuser" : "")}"),
                new Fact(
                    "event triggers",
                    plan.Abilities.WhyNoEventTriggers is { } why ? $"not allowed: {why}" : "allowed (tried and rolled back)"),
                new Fact("create roles", plan.Abilities.MayCreateRoles ? "allowed" : "not allowed"),
            ],
        };
    }

    static async Task<StepResult> VerifyAsync(GateContext context, DirectConnection connection, CancellationToken cancellationToken)
    {
        var finding = await ProtectionFinding.ReadAsync(connection.Session, cancellationToken);
        return finding is null
            ? new StepResult { Summary = "not protected", Problems = [ProtectionProblems.Missing(context.IsProduction)] }
            : new StepResult { Summary = finding.Sentence, Problems = [.. finding.Problems], Facts = [.. finding.Facts],
                NotChecked = [.. finding.NotChecked] };
    }
}
