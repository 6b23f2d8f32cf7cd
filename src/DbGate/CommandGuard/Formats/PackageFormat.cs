using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>package.json: the scripts that package managers and platforms run by themselves, and those whose name states
/// production.</summary>
sealed class PackageFormat : IEntrypointFormat
{
    static readonly HashSet<string> LifeCycle = new(StringComparer.Ordinal)
    {
        "start", "build", "install", "preinstall", "postinstall", "prepare", "prepublish", "prepublishOnly", "prepack", "postpack",
        "vercel-build", "now-build", "heroku-prebuild", "heroku-postbuild", "heroku-cleanup",
        "gcp-build", "release", "render-build", "railway-build", "scalingo-postbuild", "clevercloud-build", "deploy", "production",
        "postbuild", "poststart", "prebuild", "prestart", "netlify-build", "amplify-build",
    };

    public bool Reads(string file, string name) => name == "package.json";

    public void Collect(SourceFile file, Findings found)
    {
        if (file.Packages.In(file.Folder) is not { } package)
        {
            return;
        }

        foreach (var (name, source) in package.Scripts)
        {
            // A hook runs with its script: it is followed from there.
            var isHook = (name.StartsWith("pre", StringComparison.Ordinal) && package.Scripts.ContainsKey(name[3..]))
                || (name.StartsWith("post", StringComparison.Ordinal) && package.Scripts.ContainsKey(name[4..]));
            var why = LifeCycle.Contains(name) ? $"platforms and package managers run \"{name}\" by themselves"
                : !isHook && Environments.IsProduction(name) && !Environments.IsOther(name, file.PathClassifier.Environment)
                    ? $"the script's name \"{name}\" says production"
                : null;
            if (why is not null && !Environments.IsDevelopment(name))
            {
                var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, why));
                found.Entrypoints.Add(new Entrypoint(new Frame(source, $"\"{name}\"", true), context, new Scope(file.Folder)));
            }
        }
    }
}
