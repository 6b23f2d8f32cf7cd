using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Starter;

namespace DbGate.Gates.Steps;

/// <summary>Sets a project up: looks at it, and writes the files that it lacks. Contacts no database.</summary>
sealed class InitStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("init") with
    {
        LeavesReport = false,
    };

    /// <inheritdoc/>
    public Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        var look = ProjectLook.At(context.Settings);
        var done = StarterFolder.Write(context.Settings.Root, look, context.Settings.Get(TaskOptions.Agents));
        var written = done.Count(file => file.Done.StartsWith("written", StringComparison.Ordinal));
        return Task.FromResult(new StepResult
        {
            Summary = written == 0 ? "nothing was missing" : $"{written} {(written == 1 ? "file" : "files")} written",
            Facts =
            [
                new(look.ToolFact.Name, look.ToolFact.Value),
                new("migrations", look.Tool is { Folder: null } all ? $"{all.Count} found"
                    : look.Migrations is null ? "none found"
                    : $"{look.Count} in {look.Migrations}"),
                .. Workspaces(look),
                .. look.Tool is { } deployed
                    ? deployed.Command is { } command ? [new Fact("deploys with", command)] : Array.Empty<Fact>()
                    : [new Fact("packages", look.Manager?.Name ?? "no package.json: the direct engine applies the migrations")],
                new("database",
                    look.Database is { } host
                        ? $"{host}{(look.IsPooled ? ", through a pooler: set DIRECT_URL too" : "")}"
                        : "no URL is set"),
                .. look.ConnectionString is { } name
                    ? [new Fact("connection string", $"{name.Name}, read in {name.Place}: setup writes {name.Variable}")]
                    : Array.Empty<Fact>(),
                .. done.Select(file => new Fact(file.File, file.Done)),
                .. look.NotDetermined.Select(missing => new Fact("not determined", $"{missing.What}: {missing.Advice}")),
                new("next",
                    "give production's values, then see what a release would be blocked by") { Commands = [
                        FixCommand.Gate("setup"), FixCommand.Gate("doctor", ("environment", "production"))] },
            ],
        });
    }

    static IEnumerable<Fact> Workspaces(ProjectLook look)
    {
        if (look.Workspaces.Count > 0)
        {
            yield return new Fact("workspaces", look.Workspace is { } only
                ? $"the migrations are in {only}, and dbgate.json says so"
                : $"migrations are in {string.Join(", ", look.Workspaces)}: give each its own settings")
            {
                Commands = look.Workspace is null ? [FixCommand.Gate("init", ("project", look.Workspaces[0]))] : [],
            };
        }
    }
}
