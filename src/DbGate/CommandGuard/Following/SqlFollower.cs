using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Sql;
using DbGate.CommandGuard.Tools;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows SQL that a command runs: its options, its files, its standard input.</summary>
sealed class SqlFollower(FollowSession session)
{
    /// <summary>Files that include each other are read to this depth.</summary>
    const int DeepestInclude = 10;

    public void Run(ToolCommand command, CallPath trail, Scope scope, SourceText? input)
    {
        var (source, call, texts, isOpen) = (command.Rule!.Sql!, command.Call!, new List<SourceText>(), false);
        foreach (var text in call.Values(source.Inline).Concat(source.Operand is { } operand && operand < call.Words.Count
            ? [call.Words[operand].Text] : []))
        {
            texts.Add(SourceText.OnLine(trail.CallSite.Location.File, text, trail.CallSite.Location.Line ?? 1));
        }

        foreach (var file in call.Values(source.Files).Where(file => file is not ("-" or "/dev/stdin")))
        {
            if (Find(file, scope) is { } text)
            {
                texts.Add(text);
            }
            else
            {
                isOpen = true;
                session.LeaveOpen(trail.CallSite, file.Contains(Argument.Unknown, StringComparison.Ordinal)
                    ? "the file with its SQL is not known before it runs" : $"{file} is not in the repository");
            }
        }

        var asksForInput = call.Has(source.StandardInputOptions) || call.Values(source.Files).Any(file => file is "-" or "/dev/stdin");
        if (asksForInput || (source.ReadsStandardInput && texts.Count == 0 && !isOpen))
        {
            if (input is not null)
            {
                texts.Add(input);
            }
            else if (scope.PipedSql is { } printer)
            {
                session.Tools.Record(command with { Operation = $"{command.Operation} with the SQL of {printer}".TrimStart(),
                    Effect = "the SQL was not reviewed, and may drop tables and columns" }, trail, scope);
                return;
            }
            else if (scope.IsPiped || asksForInput)
            {
                isOpen = true;
                session.CannotTell(trail.CallSite, "the SQL that it runs comes from another command", scope);
            }
        }

        var lossless = true;
        foreach (var text in texts)
        {
            lossless &= Judge(command, text, trail, scope, 0);
        }

        if (isOpen && source.UnknownLoses)
        {
            session.Tools.Record(command, trail, scope);
        }
        else if (lossless && !isOpen && texts.Count > 0)
        {
            session.Log.Allow(command.Display);
        }
    }

    bool Judge(ToolCommand command, SourceText text, CallPath trail, Scope scope, int depth)
    {
        var script = PsqlScript.Read(text.Text);
        var site = new CallSite(new SourceLocation(text.File, text.LineAt(0)), "");
        var isFile = text.File != trail.CallSite.Location.File;
        var lossless = true;
        foreach (var group in SqlJudgement.Judge(script).GroupBy(effect => (effect.Class, effect.Unclear is not null)))
        {
            foreach (var effect in group.Take(group.Key.Class == CommandClass.Destructive ? 3 : 1))
            {
                var place = site with { Location = new SourceLocation(text.File,
                    text.LineAt(Math.Min(effect.Offset, Math.Max(0, text.Text.Length - 1)))), Text = CallText.Shorten(effect.What) };
                if (effect.Unclear is { } reason)
                {
                    lossless = false;
                    if (text.Text.Trim() == Argument.Unknown.ToString())
                    {
                        session.CannotTell(trail.CallSite, reason, scope);
                    }
                    else
                    {
                        session.LeaveOpen(isFile ? place : trail.CallSite, reason);
                    }

                    continue;
                }

                lossless &= effect.Class != CommandClass.Destructive;
                var judged = command with
                {
                    Class = effect.Class,
                    Operation = command.Operation.Length == 0 ? effect.What : $"{command.Operation}: {effect.What}",
                    Effect = effect.Consequence,
                };
                session.Tools.Record(judged, isFile ? new CallPath(trail.Further(), place, place.Text) : trail, scope);
            }
        }

        foreach (var (offset, file) in script.Includes)
        {
            var place = site with { Location = new SourceLocation(text.File, text.LineAt(offset)), Text = $"\\i {file}" };
            if (depth < DeepestInclude && (Find($"{RepositoryPath.Folder(text.File)}/{file}".TrimStart('/'), new Scope(""))
                ?? Find(file, scope)) is { } included)
            {
                lossless &= Judge(command, included, isFile ? new CallPath(trail.Further(), place, place.Text) : trail, scope, depth + 1);
            }
            else
            {
                lossless = false;
                session.LeaveOpen(place, $"{file} is not in the repository");
            }
        }

        return lossless;
    }

    SourceText? Find(string file, Scope scope)
    {
        var argument = new Argument(file);
        return (argument.IsKnown ? file : FileResolver.KnownTail(file)) is { } path
            ? session.Files.Find(path, new RunsFile(argument, [], Language.Shell, CommandContext.Same), scope) : null;
    }
}
