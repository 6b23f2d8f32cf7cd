using System.Text.Json;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Terminal;

/// <summary>What a dry run prints. Pure.</summary>
static class DryRun
{
    public static string Json(IEnumerable<IStep> steps) => JsonSerializer.Serialize(new
    {
        schema = "dbgate/dry-run",
        schemaVersion = 1,
        steps = steps.Select(step => new { step = step.Descriptor.Name, plan = step.Descriptor.DryRun }),
    });

    public static string Text(IReadOnlyList<IStep> steps)
    {
        var width = steps.Select(step => step.Descriptor.Name.Length).DefaultIfEmpty().Max();
        return string.Concat(steps.Select(step => $"would run  {step.Descriptor.Name.PadRight(width)}  {step.Descriptor.DryRun}\n"));
    }
}
