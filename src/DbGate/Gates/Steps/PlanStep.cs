using DbGate.Backups;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Plans;
using DbGate.Problems;

namespace DbGate.Gates.Steps;

/// <summary>
/// Writes down what a deploy will do, so that people approve exactly that. Or takes up the plan that <c>--plan</c> names.
/// </summary>
sealed class PlanStep : IProduces<PlanProof>, IProduces<ReleaseProof>
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("plan") with
    {
        IsRecorded = true,
        DemandsKeptRules = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (await PlanGate.NamedAsync(context, cancellationToken) is { } named)
        {
            await PlanGate.DemandUnexpiredAsync(context, named, cancellationToken);
            context.Produce(this, new PlanProof(named));
            return await ShowAsync(context, named, $"goes on with plan {named.Digest[..8]}", [], cancellationToken);
        }

        var draft = await Planner.DraftAsync(context, cancellationToken);
        var file = PlanFile.Write(draft.Plan, BackupRequests.Key(context.Settings));
        context.Produce(this, new ReleaseProof(file, IsStored: false, null));
        if (draft.Problems.Count(problem => problem.IsBlocking) is > 0 and var blocking)
        {
            return new StepResult
            {
                Summary = $"no plan to approve: {blocking} {(blocking == 1 ? "finding blocks" : "findings block")}",
                Problems = [.. draft.Problems],
                NotChecked = [.. draft.Plan.NotChecked],
                Files = [new StepFile("plan.md", PlanMarkdown.Render(file, context.Services.Style))],
            };
        }

        await PlanGate.PlansOf(context).SaveAsync(
            file, PlanMarkdown.Render(file), draft.Catalog, context.State.Rehearsal?.Report.Effect, cancellationToken);
        context.Produce(this, new PlanProof(file));
        return await ShowAsync(context, file, draft.Plan.Forecast.Sentence, draft.Problems, cancellationToken);
    }

    /// <summary>Whether a person has to approve before the deploy: no one approves a deploy of nothing.</summary>
    static string Approval(PlanFile file, ApprovalCount count) =>
        (file.Plan.Migrations.Count == 0 && !file.Plan.ChangesRules) || count.Required == 0
            ? "not-required"
            : count.IsEnough
            ? "given"
            : "required";

    async Task<StepResult> ShowAsync(
        GateContext context, PlanFile file, string sentence, IReadOnlyList<Problem> problems, CancellationToken cancellationToken)
    {
        var count = await PlanGate.CountAsync(context, file, cancellationToken);
        context.Produce(this, new ReleaseProof(file, IsStored: true, count));
        return new StepResult
        {
            Summary = sentence,
            Problems = [.. problems],
            Facts =
            [
                new Fact("plan", file.Digest),
                new Fact("expires", $"{file.Plan.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"),
                new Fact(
                    "approvals",
                    $"{count.Counted.Count} of "
                        + $"{count.Required}"
                        + $"{(count.Counted.Count > 0 ? $" ({string.Join(", ", count.Counted.Select(approval => approval.By))})" : "")}"),
                .. file.Plan.Losses.Select(loss => new Fact("data loss", loss.Words)),
                .. file.Plan.RollbackOptions.Select(way => new Fact("way back", $"{way.Name}: {way.Basis}")),
            ],
            NotChecked = [.. file.Plan.NotChecked],
            Outputs = [new Fact("digest", file.Digest), new Fact("approval", Approval(file, count))],
            Files = [
                new StepFile("plan.json", System.Text.Encoding.UTF8.GetString(file.Bytes.Span)),
                new StepFile("plan.md", PlanMarkdown.Render(file, context.Services.Style))],
        };
    }
}
