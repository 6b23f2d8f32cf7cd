using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows the tasks that a project defines for its framework.</summary>
sealed class FrameworkFollower(FollowSession session)
{
    readonly FrameworkTasks tasks = new(session.Repository);

    public void Run(RunsFrameworkTask action, CallPath trail, Scope scope)
    {
        var found = action.Language switch
        {
            Language.Ruby => tasks.Rake(action.Name),
            Language.Php => tasks.Artisan(action.Name),
            _ => tasks.Mix(action.Name),
        };
        foreach (var task in found)
        {
            var location = new SourceLocation(task.Body.File, task.Body.LineAt(0));
            if (!session.Enter($"task {location}", scope))
            {
                continue;
            }

            session.Log.AddFile(task.Body.File);
            if (task.Body.Text.Length > 0)
            {
                session.Programs.Run(task.Body, action.Language, trail, scope);
            }

            foreach (var need in task.Needs)
            {
                IReadOnlyList<Argument> command = [new(Program(action.Language)),
                    .. need.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => new Argument(word))];
                var site = new CallSite(new SourceLocation(need.File, need.LineAt(0)),
                    string.Join(' ', command.Select(argument => argument.Text)));
                var inner = scope with { DevelopmentOnly = scope.DevelopmentOnly ?? Condition(task, need, action.Language) };
                session.Actions.Act(CommandReader.Read(command), new CallPath(trail.Further(), site, site.Text), inner, null);
            }
        }
    }

    static string Program(Language language) => language switch
    {
        Language.Ruby => "rake",
        Language.Php => "artisan",
        _ => "mix",
    };

    /// <summary>The condition around a task that another one calls.</summary>
    static string? Condition(FrameworkTask task, Files.SourceText need, Language language)
    {
        if (language != Language.Php)
        {
            return null;
        }

        var tokens = ProgramLexer.Read(task.Body.Text, language);
        var index = tokens.FindIndex(token => token.Text == need.Text && task.Body.LineAt(token.Offset) == need.LineAt(0));
        return index < 0 ? null : CodeConditions.From(language, task.Body.Text, tokens, index);
    }
}
