using System.Collections;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Releases;
using DbGate.Service.Admin;
using DbGate.Service.Metrics;
using DbGate.Service.Readiness;
using DbGate.Service.Statistics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace DbGate.Service;

/// <summary>Registers what <see cref="DbGateEndpoints.MapDbGate"/> and the health check need.</summary>
public static class DbGateServices
{
    /// <summary>
    /// Adds DbGate. Settings come from the environment, <c>.env</c> and <c>dbgate.json</c> of the working directory, as on the command
    /// line, and are read here and now.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="options">Another project, database or other settings, such as
    /// <c>DbGateOptions.FromConfiguration(configuration.GetSection("DbGate"))</c>; null: the working directory's.</param>
    /// <exception cref="Problems.GateException">DBG0001 to DBG0007: the settings are wrong; DBG0614, DBG0616: the admin's are.</exception>
    public static IServiceCollection AddDbGate(this IServiceCollection services, DbGateOptions? options = null) =>
        services.AddDbGate(options?.ToInput().ReadSettings() ?? FromEnvironment(), GateServices.Real);

    internal static IServiceCollection AddDbGate(this IServiceCollection services, Settings settings, GateServices gates)
    {
        var period = settings.Get(ServiceSettings.CachePeriod);
        var wanted = settings.Get(ServiceSettings.CheckTimeout);
        var deadline = wanted < period ? wanted : period; // else a fault would outlast its period
        var remembered = gates with { Evidence = new RememberedEvidence(gates.Evidence, gates.Clock) };
        services.TryAddSingleton(settings);
        services.TryAddSingleton(AdminCredentials.Read(settings));
        services.TryAddSingleton(_ => new AdminLimits());
        services.TryAddSingleton<AdminGuard>();
        services.TryAddSingleton(_ => new TimedChecks(settings, remembered, CheckCatalog.Ready, deadline));
        services.TryAddSingleton(provider =>
            new ReadySource(
                provider.GetRequiredService<TimedChecks>(), new PublicDetails(settings), period, gates.Clock,
                provider.GetRequiredService<ILogger<ReadySource>>()));
        services.TryAddSingleton(_ => new MetricsSource(settings, remembered));
        services.TryAddSingleton(provider =>
            new GateMeter(provider.GetRequiredService<ReadySource>(), provider.GetRequiredService<MetricsSource>(), gates.Clock));
        services.TryAddSingleton(provider =>
            new OverviewSource(
                settings, remembered, provider.GetRequiredService<ReadySource>(), provider.GetRequiredService<MetricsSource>()));
        services.TryAddSingleton(provider => new LivePageSource(settings, remembered, provider.GetRequiredService<OverviewSource>()));
        services.TryAddSingleton(_ => new StatisticsSource(settings, period, gates.Clock));
        services.TryAddSingleton<StatisticsEndpoint>();
        return services;
    }

    static Settings FromEnvironment() => SettingsReader.Read(
        new Dictionary<string, string>(),
        Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
        Environment.CurrentDirectory);
}
