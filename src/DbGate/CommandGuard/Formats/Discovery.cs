using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.Problems;

namespace DbGate.CommandGuard.Formats;

/// <summary>Finds the entrypoints of a repository.</summary>
static class Discovery
{
    static readonly IEntrypointFormat[] Formats =
    [
        new SwitchFormat(), new PackageFormat(), new DockerfileFormat(), new ComposeFormat(), new GitHubFormat(), new PlatformFormat(),
            new GenericCiFormat(), new ProcfileFormat(), new SystemdFormat(),
        new CrontabFormat(), new JenkinsFormat(), new TargetFormat(), new EnvironmentFileFormat(), new DeployScriptFormat(),
            new AgentFileFormat(), new SupervisorFormat(), new UwsgiFormat(), new BakeFormat(), new TaskDefinitionFormat(),
        new TerraformFormat(), new MavenFormat(), new GradleFormat(), new InfrastructureProgramFormat(), new Pm2Format(),
            new AnsibleFormat(), new KubernetesFormat(),
    ];

    public static Findings In(Repository repository, PathClassifier judgements, out Packages packages, out FileRoles roles,
        CancellationToken cancellationToken)
    {
        var found = new Findings();
        packages = new Packages(repository, (file, documents) =>
            Unreadable(found, judgements, file, documents.Fault!, documents.FaultLine));
        var images = new Images(repository);
        foreach (var path in repository.Relevant)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = RepositoryPath.Name(path);
            var formats = Formats.Where(format => format.Reads(path, name)).Take(1).ToList();
            if (formats.Count == 0)
            {
                continue;
            }

            var (text, fault) = repository.Read(path);
            if (text is null)
            {
                Unreadable(found, judgements, path, fault!, null);
                continue;
            }

            var file = new SourceFile(path, text, repository, packages, judgements, images);
            var first = found.Entrypoints.Count;
            formats[0].Collect(file, found);
            for (var index = first; formats[0].StartsServices && index < found.Entrypoints.Count; index++)
            {
                found.Entrypoints[index] = found.Entrypoints[index] with { IsStart = true };
            }

            AgentFileFormat.Scan(file, found);
        }

        found.Entrypoints.AddRange(ConventionalPrograms.In(repository, judgements));
        roles = new FileRoles(repository, packages, judgements, images);
        foreach (var use in found.Uses.Where(use => !FileRoles.IsReadByName(use.File, use.Role)).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var used = roles.Read(use);
            found.Entrypoints.AddRange(used.Entrypoints);
            found.Settings.AddRange(used.Settings);
            found.NotFollowed.AddRange(used.NotFollowed);
            found.Unreadable.AddRange(used.Unreadable.Where(file =>
                !found.Unreadable.Any(known => known.Location.File == file.Location.File)));
        }

        return found;
    }

    static void Unreadable(Findings found, PathClassifier judgements, string file, string fault, int? line)
    {
        var context = judgements.OfFile(file, new ContextJudgement(PathClass.Production, ""));
        if (context.Class != PathClass.Ignored && !found.Unreadable.Any(known => known.Location.File == file))
        {
            found.Unreadable.Add(new UnreadableFile(new SourceLocation(file, line), fault,
                context.Class is (PathClass.Production or PathClass.Unknown) && fault != Repository.BrokenLink));
        }
    }
}
