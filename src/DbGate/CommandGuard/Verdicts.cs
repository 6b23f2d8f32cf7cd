using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;

namespace DbGate.CommandGuard;

/// <summary>Sums up a typed command line.</summary>
static class Verdicts
{
    public static CommandVerdict From(FollowLog log, string environment, Func<string, string?> read)
    {
        var isDevelopment = Environments.IsDevelopment(environment);
        var judged = log.Reached.Select(reach => (Reach: reach, Target: TargetJudge.From(reach, read),
            Context: CommandJudge.From(reach, read))).ToList();
        var worst = judged.OrderByDescending(each => Blocks(each.Reach, each.Target, each.Context, isDevelopment))
            .ThenByDescending(each => each.Reach.Command.Class).FirstOrDefault();
        var consent = log.Settings.FirstOrDefault(setting => setting.Name == Flags.AgentConsent && setting.Value.Length > 0);
        var command = worst.Reach?.Command;
        var @class = command?.Class ?? (log.MetAllowed ? CommandClass.Allowed : CommandClass.None);
        var loses = worst.Reach is not null && Blocks(worst.Reach, worst.Target, worst.Context, isDevelopment);
        IReadOnlyList<NotFollowed> open = [.. log.Open];
        return new CommandVerdict(@class, environment)
        {
            Tool = command?.Tool.Name,
            Operation = command?.Operation ?? log.AllowedOperation,
            Chain = worst.Reach?.Hops ?? [],
            NotFollowed = open,
            CannotTell = open.Count > 0 && !loses,
            Target = worst.Target,
            Fix = command?.Fix,
            Blocks = consent is not null || loses || (open.Count > 0 && !isDevelopment),
            Reason = consent is not null ? $"{Flags.AgentConsent} turns off Prisma's own protection; a person has to run this without it"
                : command is { Class: CommandClass.Destructive } && loses
                    ? $"{command.Display} may lose data: {command.Effect}{Where(worst.Target, environment, isDevelopment)}"
                : open.Count > 0 ? $"it cannot be told what the command does: {open[0].Reason}"
                : command?.Class switch
                {
                    CommandClass.Destructive =>
                        $"{command.Display} may lose data, of a development database: " + worst switch
                        {
                            { Context: { Class: PathClass.Development, Reason: var reason } } => reason,
                            { Target: { Class: TargetClass.Development, Reason: var reason } } => reason,
                            _ => $"the environment is {environment}",
                        },
                    CommandClass.HistoryRewriting or CommandClass.Bypassing => $"{command.Display} loses no data, but {command.Effect}",
                    _ => log.MetAllowed ? $"{log.AllowedOperation} is safe" : "it has no known command of a database or migration tool",
                },
        };
    }

    static bool Blocks(ReachedCommand reach, CommandTarget target, ContextJudgement context, bool isDevelopment) =>
        reach.Command.Class == CommandClass.Destructive && context.Class != PathClass.Development
            && (!isDevelopment || target.Class == TargetClass.Remote);

    static string Where(CommandTarget target, string environment, bool isDevelopment) =>
        target.Class == TargetClass.Remote ? $"; {target.Reason}" : isDevelopment ? "" : $"; the environment is {environment}";
}
