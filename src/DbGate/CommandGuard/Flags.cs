using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard;

/// <summary>The variables that switch a protection off.</summary>
static class Flags
{
    /// <summary>A project's own permission for <c>db push</c>; must not be given in production.</summary>
    public const string PushAllowed = "PRISMA_DB_PUSH_ALLOWED";

    /// <summary>Switches Prisma's guard against coding agents off; must not stand anywhere.</summary>
    public const string AgentConsent = "PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION";

    public static bool IsFlag(string name) => name is PushAllowed or AgentConsent;

    /// <summary>The finding that a setting is, if it is one.</summary>
    public static FlagFinding? Of(Setting setting) => setting.Name switch
    {
        PushAllowed when IsYes(setting.Value) => Finding(setting, setting.Context),
        AgentConsent when setting.Value.Trim('"', '\'', ' ').Length > 0 =>
            Finding(setting, setting.Context.Class == PathClass.Ignored ? setting.Context : new ContextJudgement(PathClass.Production, "Prisma's own guard is off wherever the file is used")),
        _ => null,
    };

    static FlagFinding Finding(Setting setting, ContextJudgement context) =>
        new(setting.Name, new Problems.SourceLocation(setting.File, setting.Line), context.Class, context.Reason);

    static bool IsYes(string value) => value.Trim().Trim('"', '\'').ToUpperInvariant() is "TRUE" or "1" or "YES" or "ON";
}
