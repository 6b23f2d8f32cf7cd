using DbGate.Migrations.Rehearsal;
using DbGate.Releases.Rehearsals;

namespace DbGate.Tests.Migrations.Rehearsal;

/// <summary>What a rehearsal measured, as text that two rehearsals of the same migrations have in common.</summary>
static class MeasuredText
{
    /// <summary>Migration by migration: a tool adds statements of its own, and may send several of a file as one.</summary>
    public static string From(RehearsalReport report) => string.Join('\n',
    [
        .. report.Migrations.SelectMany(Lines),
        .. report.Losses.Losses.Select(loss => $"loss: {loss.InWords}").Order(StringComparer.Ordinal),
        .. report.Effects.Select(effect => $"effect: {effect.AsEffect()}"),
        $"failure: {report.Failure?.SqlState} {report.Failure?.Message}",
    ]);

    static IEnumerable<string> Lines(MigrationMeasurement migration) =>
    [
        // What commits by itself is looked at from outside, a few times: a short lock may be missed.
        .. Rehearsed.From(migration with { Statements = [.. migration.Statements.Where(one => !one.IsSampled)] }).Locks
            .Select(held => $"{migration.Name} lock: {held.Mode} on {held.Table}"),
        .. migration.Statements.SelectMany(one => one.Rewritten).Distinct().Order(StringComparer.Ordinal)
            .Select(table => $"{migration.Name} rewrite: {table}"),
        .. migration.Statements.SelectMany(one => one.Objects).Select(item => item.AsEffect()).Distinct().Order(StringComparer.Ordinal)
            .Select(item => $"{migration.Name} object: {item}"),
    ];
}
