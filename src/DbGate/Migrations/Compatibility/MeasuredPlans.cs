namespace DbGate.Migrations.Compatibility;

/// <summary>Puts the plans on analysed rows in place of what a schema without rows lets suppose. Pure.</summary>
static class MeasuredPlans
{
    const string NotPlanned = "whether queries get slower for another reason than an index that none replaces: ";

    /// <param name="report">The test on the schema without rows.</param>
    /// <param name="plans">From the rehearsal; null where the queries were not planned there.</param>
    public static CompatibilityReport Apply(CompatibilityReport report, IReadOnlyList<PlanChange>? plans)
    {
        if (plans is null)
        {
            return report with { Notes = [.. report.Notes, $"{NotPlanned}no rehearsal of this run planned them on analysed rows"] };
        }

        var measured = plans.DistinctBy(plan => (plan.Query.Role, plan.Query.Hash))
            .ToDictionary(plan => (plan.Query.Role, plan.Query.Hash));
        var known = report.Breaks.Select(one => (one.Role, one.Hash)).ToHashSet();
        return report with
        {
            Breaks =
            [
                .. report.Breaks.Where(one => one.Weight < BreakWeight.Slower),
                .. report.Breaks.Where(one => one.Weight == BreakWeight.Slower)
                    .Select(one => !measured.TryGetValue((one.Role, one.Hash), out var plan) ? one
                        : plan.IsSlower ? one with { Words = plan.Words, Remedy = plan.Remedy ?? one.Remedy } : null)
                    .OfType<ShapeBreak>(),
                .. plans.Where(plan => plan.IsSlower && !known.Contains((plan.Query.Role, plan.Query.Hash)))
                    .DistinctBy(plan => (plan.Query.Role, plan.Query.Hash))
                    .Select(plan => new ShapeBreak(
                        plan.Query.Hash, plan.Query.Shape, plan.Query.Role, plan.Query.Calls, BreakWeight.Slower, plan.Words)
                    {
                        Remedy = plan.Remedy,
                    }),
                .. report.Breaks.Where(one => one.Weight > BreakWeight.Slower),
            ],
            Notes = plans.Count < PlanProbe.Most ? report.Notes
                : [.. report.Notes, $"{NotPlanned}only the {PlanProbe.Most} queries that take most time were planned"],
        };
    }
}
