using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard;

/// <summary>A command that DbGate itself executes, and so the first one that production runs.</summary>
/// <param name="Text">The command line.</param>
/// <param name="File">Where it is written: a file of the project, or the name of a variable or an option.</param>
/// <param name="Line">One-based line.</param>
sealed record OwnCommand(string Text, string File, int Line)
{
    const string Reason = "DbGate runs it in the release";

    /// <summary>The setting that it is the value of.</summary>
    public string Setting { get; init; } = "migrations.command";

    public Entrypoint ToEntrypoint() =>
        new(new Frame(SourceText.OnLine(File, Text, Line), $"\"{Setting}\""), new ContextJudgement(PathClass.Production, Reason),
            new Scope(""));

    /// <summary>True for a path that begins with such a command.</summary>
    public static bool IsWhere(ContextJudgement context) => context.Reason == Reason;
}
