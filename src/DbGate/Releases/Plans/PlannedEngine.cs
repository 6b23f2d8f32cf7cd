using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Problems;

namespace DbGate.Releases.Plans;

/// <summary>Who applies the migrations, as a plan names it: <c>direct</c>, or the project's own command.</summary>
static class PlannedEngine
{
    const string Direct = "direct";

    public static string From(Settings settings) =>
        settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct ? Direct : MigrationProject.Locate(settings).Command(settings);

    /// <summary>The command that releases with it; with another one than the plan's it would be refused.</summary>
    /// <param name="environment">Where to.</param>
    /// <param name="engine">Of the plan, or of this run.</param>
    /// <param name="digest">The plan's; null where a new one is to be made.</param>
    public static GateCommand Release(string environment, string engine, string? digest = null) => FixCommand.Gate(
        "release",
        [("environment", environment), .. digest is null ? Array.Empty<CommandOption>() : [("plan", digest)], .. Option(engine)]);

    static CommandOption[] Option(string engine) =>
        engine == Direct ? [("engine", Direct)]
        : MigrationToolCatalog.All.Any(tool => tool.Facts.Deploy == engine) ? []
        : [("migrate-command", engine)];
}
