using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Tools;

/// <summary>A command of a tool, or what does the same in a program.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Operation">The operation, such as <c>db push</c>; empty when the arguments name none.</param>
/// <param name="Class">What it does.</param>
/// <param name="Effect">The consequence, as the end of a sentence.</param>
sealed record ToolCommand(Tool Tool, string Operation, CommandClass Class, string Effect)
{
    public IReadOnlyList<Argument> Arguments { get; init; } = [];

    /// <summary>The call, with options distinguished; null for a program's text.</summary>
    public ToolCall? Call { get; init; }

    /// <summary>The rule that decided; null when none matched.</summary>
    public ToolRule? Rule { get; init; }

    /// <summary>Why it cannot be told what the command does; null when it can.</summary>
    public string? Unclear { get; init; }

    /// <summary>The text as it is written, when it is no command line.</summary>
    public string? WrittenAs { get; init; }

    /// <summary>Tool and operation, as findings name them.</summary>
    public string Display => WrittenAs is not null ? $"{Operation} ({Tool.Title})" : Operation.Length == 0 ? Tool.Name : Tool.NamesProgram
        ? Operation : $"{Tool.Name} {Operation}";

    /// <summary>What to do instead.</summary>
    public string Fix => Rule?.Fix ?? (Class switch
    {
        CommandClass.HistoryRewriting => $"Change the ledger by hand when a migration failed, not on every start.",
        CommandClass.Bypassing => "Remove it from the path; DbGate applies the migrations before the release starts.",
        _ when Rule?.Sql is not null => "Put the SQL into a migration.",
        _ => $"Remove it from the path; apply what is pending with `{Tool.Deploy}`.",
    });

    /// <summary>Reads the arguments behind the tool's name.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="program">The name that it was called by.</param>
    /// <param name="arguments">The arguments.</param>
    public static ToolCommand Read(Tool tool, string program, IReadOnlyList<Argument> arguments) =>
        ToolCall.Readings(tool, tool.NamesProgram ? [new Argument(program), .. arguments] : arguments)
            .Select(call => Judge(call) with { Arguments = arguments })
            .Aggregate((worst, next) => next.IsWorseThan(worst) ? next : worst);

    bool IsWorseThan(ToolCommand other) => Class != other.Class ? Class > other.Class : Unclear is not null && other.Unclear is null;

    static ToolCommand Judge(ToolCall call)
    {
        var tool = call.Tool;
        if (call.Has(tool.Help) || (call.OptionBeforeWords is { } early
            && tool.RefusedFirst.Any(option => early.StartsWith(option, StringComparison.Ordinal))))
        {
            return new ToolCommand(tool, "", CommandClass.None, "") { Call = call };
        }

        var (certain, possible) = Match(tool, call);
        if (certain is null)
        {
            return new ToolCommand(tool, "", CommandClass.None, "") { Call = call, Unclear = possible is null ? null
                : $"what {tool.Name} is asked to do is not known before it runs" };
        }

        var harmless = call.Has(tool.Harmless);
        return new ToolCommand(tool, certain.Pattern.Operation(call), harmless ? CommandClass.Allowed : certain.Class, certain.Effect)
        {
            Call = call,
            Rule = certain,
            Unclear = harmless ? null
                : certain.IsUnclear ? $"{tool.Name} {certain.Pattern.Operation(call)} depends on the database: {certain.Effect}"
                : possible is not null && certain.Class != CommandClass.Destructive
                    ? $"what {tool.Name} is asked to do is not known before it runs"
                : null,
        };
    }

    /// <summary>The rule that decides, and the first destructive one before it that only words that are not known can make match.</summary>
    static (ToolRule? Certain, ToolRule? Possible) Match(Tool tool, ToolCall call)
    {
        ToolRule? certain = null, possible = null;
        foreach (var rule in tool.Rules)
        {
            var match = rule.Pattern.Compare(call);
            if (match == Tools.Match.Certain && (certain is null || (tool.EachWord && rule.Class > certain.Class)))
            {
                certain = rule;
            }
            else if (match == Tools.Match.Possible && rule.Class == CommandClass.Destructive && (tool.EachWord || certain is null))
            {
                possible ??= rule;
            }
        }

        return (certain, possible);
    }
}
