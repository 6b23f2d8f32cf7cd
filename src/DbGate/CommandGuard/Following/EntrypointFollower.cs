using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows entrypoints through everything they run. It judges nothing: <see cref="FollowLog"/> holds what it met.</summary>
sealed class EntrypointFollower(Repository repository, Packages packages, CancellationToken cancellationToken)
{
    readonly FollowSession session = new(repository, packages, cancellationToken);

    /// <summary>What was met so far.</summary>
    public FollowLog Log => session.Log;

    public void Follow(Entrypoint next)
    {
        session.Begin(next);
        if (next.Via.Count > 0)
        {
            session.Log.AddFile(next.File);
        }

        if (next.Arguments is { } arguments)
        {
            var source = next.Frame.Source;
            var text = CallText.Shorten($"{next.Frame.Label} {string.Join(' ', arguments.Select(argument => argument.Text))}");
            session.Actions.Act(CommandReader.Read(arguments), new CallPath(next.Via, new CallSite(new SourceLocation(source.File, source.LineAt(0)), text), text), next.Scope, null);
        }
        else
        {
            session.Shell.Run(next.Frame, session.Parse(next.Frame.Source), next.Scope, next.Via);
        }
    }
}
