using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows a program: the commands it starts and the modules it imports.</summary>
sealed class ProgramFollower(FollowSession session)
{
    public void Run(SourceText source, string path, Language language, CallPath trail, Scope scope)
    {
        var program = ProgramScanner.Scan(source.Text, language == Language.Python);
        foreach (var call in program.Commands)
        {
            var location = new SourceLocation(source.File, source.LineAt(call.Offset));
            var text = CallText.Shorten(call.Display);
            var next = new CallPath(trail.Further(), new CallSite(location, text), text);
            var inner = call.Directory is { } directory ? scope.In(directory) : scope;
            foreach (var (name, value) in call.Environment)
            {
                inner = inner with { Environment = inner.Environment.SetItem(name, value) };
            }

            if (call.Arguments is { } arguments)
            {
                session.Actions.Act(CommandReader.Read(arguments), next, inner, null);
            }
            else if (session.Enter($"{location}>{call.Text}", inner))
            {
                session.Actions.Nested(SourceText.OnLine(source.File, call.Text!, location.Line ?? 1), ShellParser.Parse(call.Text!), inner, next);
            }
        }

        foreach (var (offset, module) in program.Imports)
        {
            Import(source, path, offset, module, trail, scope);
        }
    }

    /// <summary>A module runs when it is imported. Only those of the session.Repository are followed, and only as deep as they are close.</summary>
    void Import(SourceText source, string path, int offset, string module, CallPath trail, Scope scope)
    {
        if (RepositoryPath.Resolve(RepositoryPath.Folder(source.File), module) is not { } target)
        {
            return;
        }

        foreach (var candidate in SourceVariants.Of(target, Language.JavaScript))
        {
            if (session.Repository.Contains(candidate))
            {
                if (Interpreters.IsJavaScript(candidate) && session.Enter("import " + candidate, scope) && session.Files.Load(candidate) is { } imported)
                {
                    var hop = new CallSite(new SourceLocation(source.File, source.LineAt(offset)), $"import {module}");
                    session.Log.AddFile(candidate);
                    Run(imported, path, Language.JavaScript, new CallPath(trail.Further(), hop, hop.Text), scope);
                }

                return;
            }
        }
    }
}
