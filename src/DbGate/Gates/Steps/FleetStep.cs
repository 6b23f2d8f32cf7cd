using System.Text.Json;
using DbGate.Configuration;
using DbGate.Fleet;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>Splits a fleet into waves and shards, for anyone who schedules them. It schedules nothing itself.</summary>
sealed class FleetStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("fleet") with
    {
        LeavesReport = false,
    };

    /// <inheritdoc/>
    public Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        if (settings.Get(FleetSettings.List).Length == 0)
        {
            throw new GateException(FleetProblems.NoList());
        }

        var names = FleetList.Read(settings.GetPath(FleetSettings.List));
        var shards = FleetShards.Split(names, settings.Get(FleetSettings.Canaries), settings.Get(FleetSettings.Shards));
        return Task.FromResult(new StepResult
        {
            Summary = $"{names.Count} databases: {shards.Canary.Count} first, then {shards.Rest.Sum(shard => shard.Count)} in "
                + $"{shards.Rest.Count} shards",
            Outputs = [new Fact("canary", Json(shards.Canary)), new Fact("rest", Json(shards.Rest))],
            Facts =
            [
                .. shards.Canary.Select((shard, index) => new Fact($"canary {index + 1}", string.Join(' ', shard))),
                .. shards.Rest.Select((shard, index) => new Fact($"shard {index + 1}", string.Join(' ', shard))),
            ],
        });
    }

    static string Json(IEnumerable<IReadOnlyList<string>> shards) =>
        JsonSerializer.Serialize([.. shards.Select(shard => string.Join(' ', shard))], StringsJson.Default.StringArray);
}
