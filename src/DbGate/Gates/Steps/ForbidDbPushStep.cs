using DbGate.Checks;
using DbGate.CommandGuard;
using DbGate.CommandGuard.Reports;
using DbGate.Configuration;
using DbGate.Git;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates.Steps;

/// <summary>No path that production runs reaches <c>db push</c>, <c>migrate dev</c>, <c>migrate reset</c> or their like.</summary>
sealed class ForbidDbPushStep : IProduces<GuardProof>, IPreviewedStep
{
    const int ShownPlaces = 10;

    /// <summary>Variables of this very run that it judges, too.</summary>
    internal static readonly string[] Protections = ["PRISMA_DB_PUSH_ALLOWED", "PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION"];

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("forbid-db-push") with
    {
        IsPure = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var request = GuardRequests.For(context);
        var (report, basis) = await Task.Run(() => (Guard.Inspect(request, out var basis, cancellationToken), basis), cancellationToken);
        var own = OfThisProcess(context).ToArray();
        Problem[] problems =
            [
                .. CommandGuardProblems.From(report), .. own, .. GuardCheck.OfNothing(context, report),
                .. GuardCheck.OfStarts(context, report),
                .. GuardCheck.OfPrograms(context),
            ];
        var blocking = context.Waive(problems).Count(problem => problem.IsBlocking);
        if (blocking == 0)
        {
            context.Produce(this, new GuardProof(report.Entrypoints) { Basis = basis });
        }

        return new StepResult
        {
            Summary = blocking == 0 || report.Entrypoints == 0
                ? GuardCheck.Sentence(report)
                : $"{ChainText.Kinds(report)}{OwnProtections(own.Length)}; {GuardCheck.Followed(report)}",
            Problems = [.. problems],
            Files =
            [
                new StepFile("guard.json", GuardJson.Render(report)),
                new StepFile(
                    "guard.sarif", GuardSarif.Render(report, ToolVersion.Current, null, ProjectCheckout.Find(context.Settings))),
            ],
            NotChecked =
            [
                .. report.Entrypoints == 0
                    ? [$"what production runs: nothing of it was found in {report.Files} {(report.Files == 1 ? "file" : "files")}"]
                    : Array.Empty<string>(),
                .. report.NotFollowed.Take(ShownPlaces).Select(place => $"{place.Location} {place.Text}: {place.Reason}"),
                .. report.NotFollowed.Count > ShownPlaces
                    ? [$"{report.NotFollowed.Count - ShownPlaces} more places that the guard could not follow, all in guard.json"]
                    : Array.Empty<string>(),
            ],
        };
    }

    /// <inheritdoc/>
    public Task<StepResult> PreviewAsync(GateContext context, CancellationToken cancellationToken) => RunAsync(context, cancellationToken);

    static string OwnProtections(int count) =>
        count == 0 ? "" : $"; {count} {(count == 1 ? "protection is" : "protections are")} turned off in this process";

    /// <summary>The environment that this very run, and so the deploy, has.</summary>
    static IEnumerable<Problem> OfThisProcess(GateContext context) =>
        !context.IsProduction
            ? []
            : Protections
                .Select(context.Settings.Variables.GetValueOrDefault)
                .OfType<SettingValue>()
                .Where(value => value.Source.Layer == SettingLayer.Environment
                    && value.Text.Length > 0
                    && value.Text is not ("false" or "0"))
                .Select(value => CommandGuardProblems.SetInThisProcess(value.Source.Name));
}
