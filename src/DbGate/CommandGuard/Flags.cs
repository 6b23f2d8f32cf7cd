using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard;

/// <summary>The variables that turn off a protection, or make a tool change the schema by itself.</summary>
static class Flags
{
    /// <summary>Turns off Prisma's protection against coding agents; must not be set anywhere.</summary>
    public const string AgentConsent = "PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION";

    public static bool IsFlag(string name) => ToolCatalog.SwitchesOf(name).Count > 0;

    /// <summary>The finding that a setting is, if it is one.</summary>
    public static FlagFinding? From(Setting setting) =>
        ToolCatalog.SwitchesOf(setting.Name).FirstOrDefault(each => each.IsOn(setting.Value)) is { } found ? From(found, setting) : null;

    /// <summary>The finding of a switch that is on.</summary>
    public static FlagFinding From(ToolSwitch found, Setting setting)
    {
        var context = found.Everywhere && setting.Context.Class != PathClass.Ignored
            ? new ContextJudgement(PathClass.Production, found.Effect) : setting.Context;
        return new FlagFinding(setting.Name, new Problems.SourceLocation(setting.File, setting.Line), context.Class,
            context.Reason) { Class = found.Class, Effect = found.Effect };
    }
}
