using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Migrations.Deploy;

/// <summary>
/// A variable by which the project's own command gets the target's address. Without it a rehearsal's command could read production's from
/// the run's environment.
/// </summary>
/// <param name="Name">The variable.</param>
/// <param name="IsConnectionString">The project writes a connection string of .NET in it, so its command cannot read a URL.</param>
sealed record TargetVariable(string Name, bool IsConnectionString)
{
    /// <summary>Those that every command gets.</summary>
    public static IReadOnlyList<TargetVariable> Default { get; } = [new("DATABASE_URL", false), new("DIRECT_URL", false)];

    /// <summary>
    /// Those of a run: its own variable (<c>--database-url-variable</c>) is among them, and those of the environments, which a project's
    /// configuration may read: in a rehearsal they must not lead to production.
    /// </summary>
    public static IReadOnlyList<TargetVariable> From(Settings settings) =>
    [
        .. Default.Select(variable => variable.Name)
            .Append(settings.Get(DatabaseSettings.DatabaseUrlVariable))
            .Concat(OfEnvironments.Where(settings.Variables.ContainsKey))
            .Where(name => name.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Select(name => new TargetVariable(
                name, settings.Variables.GetValueOrDefault(name) is { } value && PostgresUrl.IsConnectionString(value.Text))),
    ];

    static IEnumerable<string> OfEnvironments =>
        DatabaseSettings.DatabaseUrlProduction.Variables.Concat(DatabaseSettings.DatabaseUrlStaging.Variables);

    /// <summary>The address as the project's program reads it.</summary>
    public string Write(PostgresUrl url) => IsConnectionString ? url.ToConnectionString() : url.Reveal();
}
