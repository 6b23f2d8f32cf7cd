using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.Problems;

namespace DbGate.CommandGuard.Formats;

/// <summary>Bake files of Docker Buildx: the Dockerfile, folder and stage of each target.</summary>
sealed class BakeFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) => name.StartsWith("docker-bake.", StringComparison.OrdinalIgnoreCase)
        && (name.EndsWith(".hcl", StringComparison.Ordinal) || name.EndsWith(".json", StringComparison.Ordinal));

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path,
            new ContextJudgement(PathClass.Unknown, "nothing says that the images are only for development"));
        if (file.Name.EndsWith(".json", StringComparison.Ordinal))
        {
            foreach (var target in JsonReader.Read(file.Path, file.Text).Root?["target"]?.Children ?? [])
            {
                Target(file, target.Name, target.Value, target.Line, context, found);
            }
        }
        else
        {
            foreach (var target in HclReader.Read(file.Path, file.Text).Children.Where(member => member.Name == "target"))
            {
                Target(file, target.Value[" label"]?.Text ?? "", target.Value, target.Line, context, found);
            }
        }
    }

    static void Target(SourceFile file, string name, DataNode target, int line, ContextJudgement context, Findings found)
    {
        var judged = Environments.IsDevelopment(name) ? file.PathClassifier.ByPolicy(file.Path)
            ?? new ContextJudgement(PathClass.Development, $"the target is called {name}") : context;
        var folder = target["context"]?.Text is { } given && !given.Contains("://", StringComparison.Ordinal)
            ? RepositoryPath.Resolve(file.Folder, given) ?? file.Folder : file.Folder;
        if (target["dockerfile-inline"]?.Scalar is { } inline)
        {
            DockerfileFormat.Inline(file, inline, folder, target["target"]?.Text, judged,
                [new CallSite(new SourceLocation(file.Path, line), $"target {name}")], found);
        }
        else
        {
            // Bake resolves paths from where it is called, which is the root more often than the file's folder.
            var dockerfile = target["dockerfile"];
            var atRoot = RepositoryPath.Resolve("", target["context"]?.Text ?? "") ?? "";
            folder = !Exists(folder) && Exists(atRoot) ? atRoot : folder;
            bool Exists(string where) => RepositoryPath.Resolve(where, dockerfile?.Text ?? "Dockerfile") is { } path
                && file.Repository.Contains(path);

            found.UseImage(file, dockerfile?.Text ?? "Dockerfile", folder, target["target"]?.Text, judged, dockerfile?.Line ?? line,
                dockerfile is null ? $"target {name}" : $"dockerfile = {dockerfile.Text}");
        }
    }
}
