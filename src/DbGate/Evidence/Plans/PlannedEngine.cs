using DbGate.Configuration;

namespace DbGate.Evidence.Plans;

/// <summary>Who applies the migrations, as a plan names it: <c>direct</c>, or the project's own command.</summary>
static class PlannedEngine
{
    const string Direct = "direct";

    public static string Of(Settings settings) =>
        settings.Get(SettingsCatalog.Engine) == DeployEngineKind.Direct ? Direct : settings.Get(SettingsCatalog.MigrateCommand);

    /// <summary>The command that releases with it; with another one than the plan's it would be refused.</summary>
    /// <param name="environment">Where to.</param>
    /// <param name="engine">Of the plan, or of this run.</param>
    /// <param name="digest">The plan's; null where a new one is to be made.</param>
    public static string Release(string environment, string engine, string? digest = null) =>
        $"./build.sh --target=release --environment={environment}{(digest is null ? "" : $" --plan={digest}")}{Option(engine)}";

    static string Option(string engine) =>
        engine == Direct ? " --engine=direct"
        : engine == SettingsCatalog.MigrateCommand.Default ? ""
        : $" --migrate-command='{engine.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
