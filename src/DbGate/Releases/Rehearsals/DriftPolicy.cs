using System.Text.Json;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Drift;
using DbGate.Problems;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// Which schemas migrations answer for: the section <c>drift</c> of <c>dbgate.json</c>, <c>{ "ignoreSchemas": ["reporting"] }</c>.
/// </summary>
static class DriftPolicy
{
    const string Ignored = "ignoreSchemas";

    /// <exception cref="GateException">DBG0544: the section cannot be read.</exception>
    public static CatalogScope Read(GateContext context)
    {
        var scope = Read(context.Settings);
        try
        {
            return Read(context.Settings, MigrationProject.Locate(context.Settings), context.Target.DirectUrl.Schema);
        }
        catch (GateException)
        {
            return scope; // a tool that cannot be detected is reported by the step that reads the migrations
        }
    }

    /// <param name="settings">All settings.</param>
    /// <param name="project">The project.</param>
    /// <param name="schema">The schema of the search path.</param>
    /// <exception cref="GateException">DBG0544: the section cannot be read.</exception>
    public static CatalogScope Read(Settings settings, MigrationProject project, string schema) =>
        new([.. Read(settings).IgnoredSchemas, .. project.Tool.Schema is { } own ? [own] : Array.Empty<string>()])
        {
            Ledgers = project.LedgerTables(schema),
        };

    static CatalogScope Read(Settings settings)
    {
        if (settings.Section("drift") is not { } section)
        {
            return CatalogScope.Everything;
        }

        return section.ValueKind == JsonValueKind.Object
            && section.EnumerateObject().All(member => member.Name == Ignored && member.Value.ValueKind == JsonValueKind.Array
                && member.Value.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String))
            ? new CatalogScope(section.TryGetProperty(Ignored, out var names)
                ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
                : [])
            : throw new GateException(EvidenceProblems.DriftPolicy());
    }
}
