using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>Reads files as what they are used as.</summary>
sealed class FileRoles(Repository repository, Packages packages, PathClassifier classifier, Images images)
{
    static readonly Dictionary<FileRole, IEntrypointFormat> Formats = new()
    {
        [FileRole.Dockerfile] = new DockerfileFormat(),
        [FileRole.Compose] = new ComposeFormat(),
        [FileRole.Bake] = new BakeFormat(),
        [FileRole.Supervisor] = new SupervisorFormat(),
        [FileRole.Procfile] = new ProcfileFormat(),
        [FileRole.Crontab] = new CrontabFormat(),
        [FileRole.Systemd] = new SystemdFormat(),
        [FileRole.TaskDefinition] = new TaskDefinitionFormat(),
        [FileRole.Ansible] = new AnsibleFormat(),
        [FileRole.Uwsgi] = new UwsgiFormat(),
        [FileRole.Nixpacks] = PlatformFormat.OfNixpacks,
    };

    /// <summary>More files than these behind one place are cut.</summary>
    const int MostFiles = 1000;

    /// <summary>True when a file is read in a role because of its own name.</summary>
    public static bool IsReadByName(string file, FileRole role) => FileKinds.IsRelevant(file, RepositoryPath.Name(file)) && Formats[role]
        .Reads(file, RepositoryPath.Name(file));

    /// <summary>What a file runs in the role that a place uses it in; files that it uses itself are included.</summary>
    public Findings Read(FileUse use)
    {
        var all = new Findings();
        var done = new HashSet<(string, FileRole, string?)>();
        var pending = new Queue<FileUse>([use]);
        while (pending.TryDequeue(out var next))
        {
            if (done.Count == MostFiles)
            {
                all.NotFollowed.Add(new NotFollowed(next.Site.Location, next.Site.Text,
                    $"more than {MostFiles} files use each other") { Context = next.Context.Class, IsDecisive = true });
                return all;
            }

            if (!done.Add((next.File, next.Role, next.Stage)))
            {
                continue;
            }

            var (text, fault) = repository.Contains(next.File) ? repository.Read(next.File) : (null, "the file is not in the repository");
            if (text is null)
            {
                all.NotFollowed.Add(new NotFollowed(next.Site.Location, next.Site.Text,
                    $"{next.File}: {fault}") { Context = next.Context.Class });
                continue;
            }

            if (next is { Role: FileRole.Dockerfile, BuildFolder: { } folder })
            {
                images.Built(next.File, folder, next.Stage);
            }

            var found = new Findings();
            Formats[next.Role].Collect(new SourceFile(next.File, text, repository, packages, classifier, images), found);
            var via = next.Via.Add(next.Site);
            all.Entrypoints.AddRange(found.Entrypoints.Select(entry =>
                entry with { Via = [.. via, .. entry.Via], Context = Combine(next.Context, entry.Context) }));
            all.Settings.AddRange(found.Settings.Select(setting => setting with { Context = Combine(next.Context, setting.Context) }));
            all.NotFollowed.AddRange(found.NotFollowed);
            all.Unreadable.AddRange(found.Unreadable.Select(file => next.Context.Class is PathClass.Development or PathClass.Ignored
                ? file with { IsEntrypoint = false } : file));
            foreach (var inner in found.Uses.Where(inner => !IsReadByName(inner.File, inner.Role)))
            {
                pending.Enqueue(inner with { Via = [.. via, .. inner.Via], Context = Combine(next.Context, inner.Context) });
            }
        }

        return all;
    }

    /// <summary>A file that only development uses is development's; a file may state that of itself, too.</summary>
    static ContextJudgement Combine(ContextJudgement user, ContextJudgement own) =>
        user.Class is PathClass.Development or PathClass.Ignored ? user
        : own.Class is PathClass.Development or PathClass.Ignored || user.Class == PathClass.Unknown ? own
        : own.Class == PathClass.Unknown ? user
        : own;
}
