using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Following;

/// <summary>Files that a shell text writes with literal content: they are run like files of the repository later on.</summary>
static class WrittenFiles
{
    /// <summary>All files that a text writes, in their last state.</summary>
    public static IEnumerable<KeyValuePair<string, SourceText>> By(SourceText text, Scope scope) =>
        text.Text.Contains('>', StringComparison.Ordinal) ? Collect(text, ShellParser.Parse(text.Text), scope).Written : [];

    static Scope Collect(SourceText source, IEnumerable<ShellNode> nodes, Scope scope)
    {
        foreach (var node in nodes)
        {
            scope = node switch
            {
                SimpleCommand { Words: [{ Literal: "cd" }, { Literal: { } folder }] } => scope.In(folder),
                SimpleCommand command => With(scope, source, command.Redirects, [command]),
                AndOr list => Collect(source, [list.First, .. list.Rest.Select(entry => entry.Node)], scope),
                Group group => With(Collect(source, group.Body, scope), source, group.Redirects, group.Body),
                _ => scope,
            };
        }

        return scope;
    }

    /// <summary>The scope after redirections of what commands print.</summary>
    public static Scope With(Scope scope, SourceText source, IReadOnlyList<Redirect> redirects, IReadOnlyList<ShellNode> writers)
    {
        foreach (var redirect in redirects.Where(redirect => redirect.Operator is ">" or ">>" or ">|"))
        {
            if (Expansion.Texts(redirect.Target, scope.Variables) is not [var target]
                || target.Contains(Argument.Unknown, StringComparison.Ordinal))
            {
                continue;
            }

            var path = RepositoryPath.Resolve(scope.Folder, target) ?? target;
            var text = string.Concat(writers.OfType<SimpleCommand>().Select(writer => Output(source, writer, scope)?.Text));
            if (text.Length > 0)
            {
                text = redirect.Operator == ">>" && scope.Written.TryGetValue(path, out var earlier) ? earlier.Text + text : text;
                scope = scope with { Written = scope.Written.SetItem(path, Mapped(source, text, writers)) };
            }
        }

        return scope;
    }

    static SourceText Mapped(SourceText source, string text, IReadOnlyList<ShellNode> writers) =>
        writers is [SimpleCommand only] && Document(source, only) is { } document && document.Text == text ? document
            : SourceText.OnLine(source.File, text, source.LineAt(writers[0].Offset));

    /// <summary>What a command prints, when that is written in the text.</summary>
    public static SourceText? Output(SourceText source, SimpleCommand command, Scope scope)
    {
        if (command.Words.Count == 0)
        {
            return null;
        }

        var name = command.Words[0].Literal;
        if (name is "cat" or "tee")
        {
            return Document(source, command);
        }

        if (name is not ("echo" or "printf") || Expansion.Arguments(command.Words, scope.Variables) is not [var arguments, ..])
        {
            return null;
        }

        var operands = arguments.Skip(1).SkipWhile(argument => argument.Text is "-e" or "-n" or "-ne" or "-en" or "-E").ToList();
        var text = name == "printf" && operands is [{ Text: "%s" or "%s\\n" or "%b" or "%b\\n" }, ..]
            ? string.Join('\n', operands.Skip(1).Select(argument => argument.Text))
            : string.Join(' ', operands.Select(argument => argument.Text));
        return SourceText.OnLine(source.File, text.Replace("\\n", "\n", StringComparison.Ordinal) + "\n", source.LineAt(command.Offset));
    }

    /// <summary>The here-document or here-string of a command.</summary>
    public static SourceText? Document(SourceText source, SimpleCommand command)
    {
        foreach (var redirect in command.Redirects)
        {
            if (redirect.Document is { } document)
            {
                return redirect.DocumentOffset + document.Length <= source.Text.Length
                    ? source.Slice(redirect.DocumentOffset, document.Length)
                    : SourceText.OnLine(source.File, document, source.LineAt(command.Offset));
            }

            if (redirect.Operator == "<<<" && redirect.Target.Literal is { } text)
            {
                return SourceText.OnLine(source.File, text, source.LineAt(command.Offset));
            }
        }

        return null;
    }
}
