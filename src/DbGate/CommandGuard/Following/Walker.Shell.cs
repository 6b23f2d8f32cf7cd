using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <content>Shell text: what runs, in which scope.</content>
sealed partial class Walker
{
    Scope Run(Frame frame, IReadOnlyList<ShellNode> nodes, Scope scope, ImmutableList<CallSite> before)
    {
        foreach (var node in nodes)
        {
            scope = Run(frame, node, scope, before);
        }

        return scope;
    }

    Scope Run(Frame frame, ShellNode node, Scope scope, ImmutableList<CallSite> before)
    {
        ct.ThrowIfCancellationRequested();
        switch (node)
        {
            case SimpleCommand command:
                return Run(frame, command, scope, before, null);
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
            case FunctionDefinition function:
                return scope with { Functions = scope.Functions.SetItem(function.Name, new Function(frame, function.Body)) };
            default:
                return scope;
        }
    }

    Scope RunAndOr(Frame frame, AndOr list, Scope scope, ImmutableList<CallSite> before)
    {
        var outer = scope.DevelopmentOnly;
        var meaning = Conditions.Of(list.First, scope);
        scope = Run(frame, list.First, scope, before);
        foreach (var (isAnd, node) in list.Rest)
        {
            var guarded = scope with { DevelopmentOnly = outer ?? meaning.Guard(isAnd) };
            meaning = isAnd ? meaning.And(Conditions.Of(node, scope)) : meaning;
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
            var meaning = branch.Condition is [.., var last] ? Conditions.Of(last, scope) : ConditionMeaning.None;
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
            if (known is not null && !patterns.Any(pattern => GlobPattern.Parse("/" + pattern)?.Matches(known, known) == true || pattern == known))
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
        var isDownload = false;
        foreach (var node in pipeline.Commands)
        {
            if (node is SimpleCommand command)
            {
                Run(frame, command, scope, before, input);
                if (isDownload && IsShell(command))
                {
                    LeaveOpen(CallSiteOf(frame, command), "runs a script that is downloaded when it runs");
                }

                input = WrittenFiles.Output(frame.Source, command, scope);
                isDownload = command.Words.Count > 0 && command.Words[0].Literal is "curl" or "wget";
            }
            else
            {
                Run(frame, node, scope, before);
                input = null;
            }
        }
    }

    static bool IsShell(SimpleCommand command) =>
        command.Words.Select(word => word.Literal).Any(word => word is not null && new Argument(word).Name is "sh" or "bash" or "zsh" or "ash" or "dash" or "node" or "python3");

    Scope Run(Frame frame, SimpleCommand command, Scope scope, ImmutableList<CallSite> before, SourceText? input)
    {
        if (++steps > MostCommands || before.Count >= LongestChain)
        {
            if (steps == MostCommands + 1 || before.Count == LongestChain)
            {
                LeaveOpen(CallSiteOf(frame, command), before.Count >= LongestChain ? $"the chain is longer than {LongestChain} hops" : $"it runs more than {MostCommands} commands");
            }

            return scope;
        }

        foreach (var part in command.Words.Concat(command.Assignments.SelectMany(assignment => assignment.Values)).SelectMany(word => word.Parts))
        {
            if (part is SubstitutionPart substitution)
            {
                Run(frame, substitution.Body, scope, before);
            }
        }

        if (command.Words.Count == 0)
        {
            return Assign(frame, command, scope);
        }

        if (command.Words[0].Literal is "export" or "declare" or "local" or "readonly" or "typeset" or "set" or "setenv")
        {
            return Export(frame, command, scope);
        }

        foreach (var arguments in Expansion.Arguments(command.Words, scope.Variables))
        {
            if (arguments.Count > 0)
            {
                scope = Execute(frame, command, arguments, scope, before, input);
            }
        }

        return WrittenFiles.With(scope, frame.Source, command.Redirects, [command]);
    }

    Scope Execute(Frame frame, SimpleCommand command, IReadOnlyList<Argument> arguments, Scope scope, ImmutableList<CallSite> before, SourceText? input)
    {
        var name = arguments[0].Text;
        if (name is "cd" or "pushd" && arguments.Count > 1)
        {
            return scope.In(arguments[^1].Text);
        }

        var trail = new CallPath(before, CallSiteOf(frame, command), Shorten($"{frame.Label} {Slice(frame, command)}"));
        var inner = scope;
        foreach (var assignment in command.Assignments)
        {
            foreach (var value in assignment.Values.SelectMany(word => Expansion.Texts(word, scope.Variables)).Take(1))
            {
                inner = inner with { Environment = inner.Environment.SetItem(assignment.Name, value) };
                Remember(frame, command, assignment.Name, value);
            }
        }

        if (scope.Functions.TryGetValue(name, out var function))
        {
            if (Enter($"{function.Frame.Source.File}()#{name}@{function.Body.Offset}", scope with { Variables = scope.Variables with { Positional = [.. arguments.Skip(1)] } }))
            {
                var called = Run(function.Frame, function.Body, inner with { Variables = inner.Variables with { Positional = [.. arguments.Skip(1)] } }, trail.Further());
                scope = scope with { Written = called.Written };
            }

            return scope;
        }

        return Act(CommandReader.Read(arguments), trail, inner, input ?? WrittenFiles.Document(frame.Source, command)) is { } sourced
            ? scope with { Functions = sourced.Functions, Variables = sourced.Variables with { Positional = scope.Variables.Positional }, Folder = sourced.Folder }
            : scope;
    }

    Scope Assign(Frame frame, SimpleCommand command, Scope scope)
    {
        foreach (var assignment in command.Assignments)
        {
            var values = assignment.Values.Count == 1
                ? Expansion.Texts(assignment.Values[0], scope.Variables)
                : (IReadOnlyList<string>)[string.Join(' ', assignment.Values.Select(word => Expansion.Texts(word, scope.Variables)[0]))];
            if (assignment.Values.Count > 1 && command.Length == 0)
            {
                values = [.. assignment.Values.Select(word => Expansion.Texts(word, scope.Variables)[0])];
            }

            foreach (var value in values)
            {
                scope = scope with { Variables = scope.Variables.With(assignment.Name, value) };
                Remember(frame, command, assignment.Name, value);
            }

            if (values.Count == 1 && scope.Environment.ContainsKey(assignment.Name))
            {
                scope = scope with { Environment = scope.Environment.SetItem(assignment.Name, values[0]) };
            }
        }

        return scope;
    }

    Scope Export(Frame frame, SimpleCommand command, Scope scope)
    {
        foreach (var word in command.Words.Skip(1))
        {
            foreach (var text in Expansion.Texts(word, scope.Variables))
            {
                if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                {
                    var (name, value) = (text[..equals], text[(equals + 1)..]);
                    scope = scope with { Variables = scope.Variables.With(name, value), Environment = scope.Environment.SetItem(name, value) };
                    Remember(frame, command, name, value);
                }
            }
        }

        return scope;
    }

    void Remember(Frame frame, SimpleCommand command, string name, string value)
    {
        if (Flags.IsFlag(name))
        {
            settings.Add(new Setting(name, value, frame.Source.File, frame.Source.LineAt(command.Offset), entry.Context));
        }
    }

    static CallSite CallSiteOf(Frame frame, SimpleCommand command) =>
        new(new SourceLocation(frame.Source.File, frame.Source.LineAt(command.Offset)), frame.NamesOnly ? frame.Label : Shorten($"{frame.Label} {Slice(frame, command)}"));

    static string Slice(Frame frame, SimpleCommand command)
    {
        var start = Math.Clamp(command.Offset, 0, frame.Source.Text.Length);
        return frame.Source.Text.Substring(start, Math.Clamp(command.Length, 0, Math.Min(400, frame.Source.Text.Length - start))).Trim();
    }
}
