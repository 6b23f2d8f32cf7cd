using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard;

/// <summary>Sums a typed command line up.</summary>
static class Verdicts
{
    public static CommandVerdict Of(FollowLog log, string environment)
    {
        var worst = log.Reached.OrderByDescending(reach => reach.Command.Class).FirstOrDefault();
        var consent = log.Settings.FirstOrDefault(setting => setting.Name == Flags.AgentConsent && setting.Value.Length > 0);
        var isSafe = Environments.IsDevelopment(environment);
        var @class = worst?.Command.Class ?? (log.MetAllowed ? CommandClass.Allowed : CommandClass.None);
        return new CommandVerdict(@class, environment)
        {
            Operation = worst?.Command.Operation ?? log.AllowedOperation,
            Chain = worst?.Hops ?? [],
            NotFollowed = [.. log.Open],
            Blocks = consent is not null || (@class == CommandClass.Destructive && !isSafe),
            Reason = consent is not null ? $"{Flags.AgentConsent} switches Prisma's own guard off; a person has to run this without it"
                : @class switch
                {
                    CommandClass.Destructive when isSafe => $"prisma {worst!.Command.Operation} may lose data; {environment} may lose it",
                    CommandClass.Destructive => $"prisma {worst!.Command.Operation} may lose data of {environment}; {Remedies.For(worst.Command.Operation)}",
                    CommandClass.HistoryRewriting => $"prisma {worst!.Command.Operation} changes what the ledger claims, and runs nothing",
                    CommandClass.Allowed => $"prisma {log.AllowedOperation} is safe",
                    _ => "no command of Prisma was found in it",
                },
        };
    }
}
