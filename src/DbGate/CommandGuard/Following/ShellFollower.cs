using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Git;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows shell text: what runs, in which scope.</summary>
sealed class ShellFollower(FollowSession session)
{
    public Scope Run(Frame frame, IReadOnlyList<ShellNode> nodes, Scope scope, ImmutableList<CallSite> before)
    {
        foreach (var node in nodes)
        {
            scope = Run(frame, node, scope, before);
        }

        return scope;
    }

    public Scope Run(Frame frame, ShellNode node, Scope scope, ImmutableList<CallSite> before)
    {
        session.CancellationToken.ThrowIfCancellationRequested();
        switch (node)
        {
            case SimpleCommand command:
                return session.Commands.Run(frame, command, scope, before, null);
            case Pipeline pipeline:
                RunPipeline(frame, pipeline, scope, before);
                return scope;
            case AndOr list:
                return RunAndOr(frame, list, scope, before);
            case Group { IsSubshell: true } group:
                Run(frame, group.Body, scope, before);
                return scope;
            case Group group:
                var inside = Run(frame, group.Body, scope, before);
                return WrittenFiles.With(inside, frame.Source, group.Redirects, group.Body);
            case Conditional conditional:
                return RunConditional(frame, conditional, scope, before);
            case Choice choice:
                return RunChoice(frame, choice, scope, before);
            case TooDeep:
                session.LeaveOpen(new CallSite(new SourceLocation(frame.Source.File, frame.Source.LineAt(node.Offset)), frame.Label),
                    $"it nests deeper than {WordReader.DeepestNesting} levels", isDecisive: true);
                return scope;
            case FunctionDefinition function:
                return scope with { Functions = scope.Functions.SetItem(function.Name, new Function(frame, function.Body)) };
            default:
                return scope;
        }
    }

    Scope RunAndOr(Frame frame, AndOr list, Scope scope, ImmutableList<CallSite> before)
    {
        var outer = scope.DevelopmentOnly;
        var meaning = Conditions.From(list.First, scope);
        scope = Run(frame, list.First, scope, before);
        foreach (var (isAnd, node) in list.Rest)
        {
            var guarded = scope with { DevelopmentOnly = outer ?? meaning.Guard(isAnd) };
            meaning = isAnd ? meaning.And(Conditions.From(node, scope)) : meaning;
            scope = Run(frame, node, guarded, before) with { DevelopmentOnly = outer };
        }

        return scope;
    }

    Scope RunConditional(Frame frame, Conditional conditional, Scope scope, ImmutableList<CallSite> before)
    {
        var (folder, outer) = (scope.Folder, scope.DevelopmentOnly);
        string? otherwise = null;
        foreach (var branch in conditional.Branches)
        {
            var meaning = branch.Condition is [.., var last] ? Conditions.From(last, scope) : ConditionMeaning.None;
            scope = Run(frame, branch.Condition, scope, before);
            scope = Run(frame, branch.Body, scope with { DevelopmentOnly = outer ?? otherwise ?? meaning.WhenTrue }, before);
            scope = scope with { Folder = folder, DevelopmentOnly = outer };
            otherwise ??= meaning.WhenFalse;
        }

        scope = Run(frame, conditional.Otherwise, scope with { DevelopmentOnly = outer ?? otherwise }, before);
        return scope with { Folder = folder, DevelopmentOnly = outer };
    }

    Scope RunChoice(Frame frame, Choice choice, Scope scope, ImmutableList<CallSite> before)
    {
        var (folder, outer) = (scope.Folder, scope.DevelopmentOnly);
        var known = Conditions.SubjectOf(choice.Subject, scope);
        foreach (var arm in choice.Arms)
        {
            var patterns = arm.Patterns.Select(pattern => pattern.Literal ?? "*").ToList();
            if (known is not null && !patterns.Any(pattern => GlobPattern.Parse("/" + pattern)?.Matches(known, known) == true
                || pattern == known))
            {
                continue;
            }

            scope = Run(frame, arm.Body, scope with { DevelopmentOnly = outer ?? Conditions.OfArm(choice.Subject, patterns) }, before);
            scope = scope with { Folder = folder, DevelopmentOnly = outer };
            if (known is not null)
            {
                break;
            }
        }

        return scope;
    }

    void RunPipeline(Frame frame, Pipeline pipeline, Scope scope, ImmutableList<CallSite> before)
    {
        SourceText? input = null;
        foreach (var node in pipeline.Commands)
        {
            if (node is SimpleCommand command)
            {
                session.Commands.Run(frame, command, scope, before, input);
                input = Output(frame, command, scope, input);
                scope = scope with { IsPiped = true, PipedSql = PrintsSql(command, scope), Download = Downloads(command, scope) };
            }
            else
            {
                Run(frame, node, scope, before);
                input = null;
                scope = scope with { IsPiped = true, PipedSql = null, Download = null };
            }
        }
    }

    /// <summary>What a command prints into a pipe, when that is written in a text of the repository.</summary>
    SourceText? Output(Frame frame, SimpleCommand command, Scope scope, SourceText? input) =>
        WrittenFiles.Output(frame.Source, command, scope)
        ?? (command.Words is [{ Literal: "cat" }, { Literal: { } file }]
            ? session.Files.Find(file, new RunsFile(new Argument(file), [], Language.Shell, CommandContext.Same), scope)
            : command.Words is [{ Literal: "cat" or "tee" or "sudo" }, ..] ? input
            : null);

    /// <summary>The command whose SQL is printed into a pipe: one that makes a migration of a difference.</summary>
    static string? PrintsSql(SimpleCommand command, Scope scope) =>
        Expansion.Arguments(command.Words, scope.Variables).SelectMany(CommandReader.Read).OfType<RunsTool>()
            .FirstOrDefault(action => action.Command.Rule?.EmitsSql == true)?.Command.Display
                ?? (command.Words is [{ Literal: "cat" or "tee" or "grep" or "sed" }, ..] ? scope.PipedSql : null);

    /// <summary>A download whose output goes on, also through commands that only pass it on.</summary>
    static string? Downloads(SimpleCommand command, Scope scope) => command.Words.Count == 0 ? null
        : command.Words[0].Literal switch
        {
            "curl" or "wget" or "fetch" or "http" => string.Join(' ', command.Words.Select(word => word.Raw)),
            "cat" or "tee" or "gunzip" or "zcat" or "tar" => scope.Download,
            _ => null,
        };
}
