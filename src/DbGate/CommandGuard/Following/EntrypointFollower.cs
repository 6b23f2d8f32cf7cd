using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows entrypoints through everything they run. It judges nothing: <see cref="FollowLog"/> holds what it met.</summary>
sealed class EntrypointFollower(Repository repository, Packages packages, FileRoles roles, CancellationToken cancellationToken)
{
    readonly FollowSession session = new(repository, packages, roles, cancellationToken);

    /// <summary>What was met so far.</summary>
    public FollowLog Log => session.Log;

    public void Follow(Entrypoint next)
    {
        session.Begin(next);
        session.FollowInside(next, next.Scope);
    }
}
