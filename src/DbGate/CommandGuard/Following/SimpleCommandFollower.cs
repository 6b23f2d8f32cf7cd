using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows one command of a shell text: its expansions, functions and assignments.</summary>
sealed class SimpleCommandFollower(FollowSession session)
{
    public Scope Run(Frame frame, SimpleCommand command, Scope scope, ImmutableList<CallSite> before, SourceText? input)
    {
        if (++session.Steps > FollowSession.MostCommands || before.Count >= FollowSession.LongestChain)
        {
            if (session.Steps == FollowSession.MostCommands + 1 || before.Count == FollowSession.LongestChain)
            {
                session.LeaveOpen(CallText.SiteOf(frame, command), before.Count >= FollowSession.LongestChain
                    ? $"the chain is longer than {FollowSession.LongestChain} hops"
                    : $"it runs more than {FollowSession.MostCommands} commands", isDecisive: true);
            }

            return scope;
        }

        foreach (var part in command.Words.Concat(command.Assignments.SelectMany(assignment => assignment.Values))
            .SelectMany(word => word.Parts))
        {
            if (part is OpaquePart { Raw: "$(" or "`" or "<(" })
            {
                session.LeaveOpen(CallText.SiteOf(frame, command), $"it nests deeper than {WordReader.DeepestNesting} levels",
                    isDecisive: true);
            }
            else if (part is SubstitutionPart substitution)
            {
                session.Shell.Run(frame, substitution.Body, scope, before);
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

        if (Alternatives(command, scope) > Expansion.MostAlternatives && MayAct(command))
        {
            session.LeaveOpen(CallText.SiteOf(frame, command),
                $"its variables have more than {Expansion.MostAlternatives} values together", isDecisive: true);
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

    /// <summary>True for a command that runs something, or may, whatever its variables are.</summary>
    static bool MayAct(SimpleCommand command) =>
        Expansion.Arguments(command.Words, Variables.None).Any(arguments => arguments.Count == 0 || CommandReader.Read(arguments).Any());

    /// <summary>In how many ways the known variables allow to read a command.</summary>
    static long Alternatives(SimpleCommand command, Scope scope)
    {
        var count = 1L;
        foreach (var part in command.Words.SelectMany(word => word.Parts).OfType<ParameterPart>())
        {
            var values = scope.Variables.Of(part.Name).Count;
            count *= values >= Variables.MostValues ? Expansion.MostAlternatives + 1 : Math.Max(1, values);
            if (count > Expansion.MostAlternatives)
            {
                break;
            }
        }

        return count;
    }

    Scope Execute(Frame frame, SimpleCommand command, IReadOnlyList<Argument> arguments, Scope scope, ImmutableList<CallSite> before,
        SourceText? input)
    {
        var name = arguments[0].Text;
        if (name is "cd" or "pushd" && arguments.Count > 1)
        {
            return scope.In(arguments[^1].Text);
        }

        var trail = new CallPath(before, CallText.SiteOf(frame, command),
            CallText.Shorten($"{frame.Label} {CallText.Slice(frame, command)}"));
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
            if (session.Enter($"{function.Frame.Source.File}()#{name}@{function.Body.Offset}",
                scope with { Variables = scope.Variables with { Positional = [.. arguments.Skip(1)] } }))
            {
                var called = session.Shell.Run(function.Frame, function.Body,
                    inner with { Variables = inner.Variables with { Positional = [.. arguments.Skip(1)] } }, trail.Further());
                scope = scope with { Written = called.Written };
            }

            return scope;
        }

        if (name is "read" or "mapfile" or "readarray")
        {
            var read = arguments.Skip(1).Where(argument => argument.Text.Length > 0
                && argument.Text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
            return scope with { Variables = read.Aggregate(scope.Variables, (so, variable) =>
                so.With(variable.Text, Argument.Unknown.ToString())) };
        }

        if (name == "alias")
        {
            return Alias(frame, command, arguments, scope);
        }

        var document = input ?? WrittenFiles.Document(frame.Source, command) ?? Redirected(command, inner);
        inner = document is null && command.Redirects.Any(redirect => redirect.Operator is "<" or "<<<") ? inner with { IsPiped = true }
            : inner;
        var actions = CommandReader.Read(arguments).ToList();
        if (HasBraces(command) && actions.Any(action => action is RunsTool { Command: { Class: CommandClass.None, Unclear: null } }))
        {
            session.CannotTell(trail.CallSite, "its words in braces are read differently by different shells", inner);
        }

        return session.Actions.Act(actions, trail, inner, document) is { } sourced
            ? scope with { Functions = sourced.Functions, Variables = sourced.Variables with { Positional = scope.Variables.Positional },
                Folder = sourced.Folder }
            : scope;
    }

    /// <summary><c>db {a,push}</c> is one word for some shells and two for others.</summary>
    static bool HasBraces(SimpleCommand command) =>
        command.Words.Skip(1).Any(word => !word.IsQuoted && word.Literal is { } text
            && text.IndexOf('{', StringComparison.Ordinal) is >= 0 and var open && text.IndexOf(',', open) > open
            && text.IndexOf('}', open) > open);

    /// <summary>The file that <c>&lt;</c> opens.</summary>
    SourceText? Redirected(SimpleCommand command, Scope scope) =>
        command.Redirects.FirstOrDefault(redirect => redirect.Operator == "<") is { } redirect
            && Expansion.Texts(redirect.Target, scope.Variables) is [var file] && new Argument(file) is { IsKnown: true } argument
            ? session.Files.Find(file, new RunsFile(argument, [], Language.Shell, CommandContext.Same), scope)
            : null;

    /// <summary><c>alias p="npx prisma"</c> is a function that passes its arguments on.</summary>
    static Scope Alias(Frame frame, SimpleCommand command, IReadOnlyList<Argument> arguments, Scope scope)
    {
        foreach (var argument in arguments.Skip(1))
        {
            if (argument.Text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                var source = SourceText.OnLine(frame.Source.File, argument.Text[(equals + 1)..] + " \"$@\"",
                    frame.Source.LineAt(command.Offset));
                var body = new Group(0, ShellParser.Parse(source.Text), false, []);
                scope = scope with { Functions = scope.Functions.SetItem(argument.Text[..equals],
                    new Function(new Frame(source, frame.Label, frame.NamesOnly), body)) };
            }
        }

        return scope;
    }

    Scope Assign(Frame frame, SimpleCommand command, Scope scope)
    {
        foreach (var assignment in command.Assignments)
        {
            if (assignment.Values is [{ Parts: [ParameterPart { Name: "@" }] }] && scope.Variables.Positional is { } positional)
            {
                // Behind "--" a script takes the command that it runs in the end.
                var behind = positional.SkipWhile(argument => argument.Text != "--").Skip(1).ToList();
                scope = scope with { Variables = scope.Variables with { Lists = scope.Variables.Lists.SetItem(assignment.Name,
                    behind.Count > 0 ? behind : positional) } };
                continue;
            }

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
                    scope = scope with { Variables = scope.Variables.With(name, value),
                        Environment = scope.Environment.SetItem(name, value) };
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
            session.Log.Add(new Setting(name, value, frame.Source.File, frame.Source.LineAt(command.Offset), session.Entry.Context));
        }
    }
}
