using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>The rehearsal of the migrations.</summary>
static class RehearsalSettings
{
    /// <summary>Whether releases are rehearsed.</summary>
    public static readonly Setting<RehearsalPolicy> Policy = new(
        "rehearsal", ["DBGATE_REHEARSAL"], "auto: rehearse when a scratch server is available; required: block when none is; off: never",
        Word<RehearsalPolicy>(), RehearsalPolicy.Auto)
    {
        Class = Guarding,
        WeakerWhen = Weaker.LessRehearsal,
    };

    /// <summary>What runs the migrations at a rehearsal.</summary>
    public static readonly Setting<RehearsalMode> Mode = new(
        "migrations.rehearsal", ["DBGATE_MIGRATIONS_REHEARSAL"],
        "auto: rehearse the SQL, or where migrations are code the deploy command; command: always the deploy command; statements: only SQL",
        Word<RehearsalMode>(), RehearsalMode.Auto)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<RehearsalMode>(),
    };

    /// <summary>What reports show of parameters.</summary>
    public static readonly Setting<ParameterDisplay> Parameters = new(
        "migrations.parameters", ["DBGATE_MIGRATIONS_PARAMETERS"],
        "values of the parameters in the SQL of a rehearsed command; hidden: not part of plan and reports; shown: behind the statement",
        Word<ParameterDisplay>(), ParameterDisplay.Hidden)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<ParameterDisplay>(),
    };

    /// <summary>A load next to the rehearsed migrations.</summary>
    public static readonly Setting<bool> Load = new(
        "rehearseLoad", ["DBGATE_REHEARSE_LOAD"],
        "rehearse: run a small read and write load during the migrations and report what waits, and how long", Switch, false)
    {
        Class = Operational,
    };
}
