using System.Collections.Immutable;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Following;

/// <summary>Something that is run without anyone calling it from within the repository.</summary>
/// <param name="Frame">The text it runs, with where that is.</param>
/// <param name="Context">What it is run for.</param>
/// <param name="Scope">Where it runs.</param>
sealed record Entrypoint(Frame Frame, ContextJudgement Context, Scope Scope)
{
    /// <summary>The arguments, when they need no shell (exec form).</summary>
    public IReadOnlyList<Argument>? Arguments { get; init; }

    /// <summary>What it does, when that is no text: a program that is compiled from the repository.</summary>
    public Commands.CommandAction? Action { get; init; }

    /// <summary>The hops that led to it from another entrypoint's file: a reusable workflow, a composite action.</summary>
    public ImmutableList<CallSite> Via { get; init; } = [];

    /// <summary>Followed only when nothing else runs its file.</summary>
    public bool IsConventional { get; init; }

    /// <summary>It runs while an image is built: what it cannot be told to do is listed, because no database of production is
    /// there.</summary>
    public bool IsBuildStep { get; init; }

    /// <summary>True for what an image or a service is started with: all of the application runs from there.</summary>
    public bool IsStart { get; init; }

    public string File => Frame.Source.File;
}

/// <summary>What a path is run for, and why the guard thinks so.</summary>
sealed record ContextJudgement(PathClass Class, string Reason);

/// <summary>A variable that a file sets.</summary>
sealed record Setting(string Name, string Value, string File, int Line, ContextJudgement Context);

/// <summary>A command that was reached.</summary>
/// <param name="Command">The command.</param>
/// <param name="Hops">The way to it, the entrypoint first.</param>
/// <param name="Scope">What was known where it runs.</param>
/// <param name="Entry">What its entrypoint is run for.</param>
sealed record ReachedCommand(Tools.ToolCommand Command, IReadOnlyList<CallSite> Hops, Scope Scope, ContextJudgement Entry);
