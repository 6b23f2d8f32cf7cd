using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows files that a command uses as an image, a service file or a configuration.</summary>
sealed class UseFollower(FollowSession session)
{
    public void Run(UsesFile action, CallPath trail, Scope scope)
    {
        if (!action.Path.IsKnown)
        {
            session.LeaveOpen(trail.CallSite, "the file's name is not known before it runs");
            return;
        }

        var asked = new RunsFile(action.Path, [], Language.Shell, action.Around);
        var isDockerfile = action.Role == FileRole.Dockerfile;
        if (session.Files.Find(action.Path.Text, asked, isDockerfile ? session.Owners.Native(scope) : scope)?.File is not { } file)
        {
            if (!action.IsOptional)
            {
                session.LeaveOpen(trail.CallSite, $"{action.Path.Text} is not in the repository");
            }

            return;
        }

        if (FileRoles.IsReadByName(file, action.Role) || !session.Enter($"use {action.Role} {file} {action.Stage}", scope))
        {
            return;
        }

        session.Log.AddFile(file);
        var folder = isDockerfile ? Files.RepositoryPath.Resolve(session.Owners.Native(scope).Folder, action.Folder ?? ".") : null;
        var found = session.Roles.Read(new FileUse(file, action.Role, trail.CallSite, session.Entry.Context) { Stage = action.Stage,
            BuildFolder = folder, Via = trail.Before });
        foreach (var entry in found.Entrypoints)
        {
            var inner = action.Role is FileRole.Dockerfile or FileRole.Compose or FileRole.Bake ? entry.Scope
                : scope with { Variables = Variables.None };
            session.FollowInside(entry, inner with { DevelopmentOnly = scope.DevelopmentOnly
                ?? (entry.Context.Class == PathClass.Development ? entry.Context.Reason : null) });
        }

        found.Settings.ForEach(session.Log.Add);
        found.NotFollowed.ForEach(place => session.LeaveOpen(new CallSite(place.Location, place.Text), place.Reason));
    }
}
