using Cake.Common.IO;
using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Pack;
using Cake.Core;
using Cake.Frosting;
using DbGate.Build.Archives;
using DbGate.Frosting;

namespace DbGate.Build.Tasks;

[TaskName("packages")]
[TaskDescription("Compiles the libraries and packs them into artifacts/packages; a warning is an error.")]
public sealed class PackLibraries(RunOutcome outcome) : FrostingTask
{
    public override void Run(ICakeContext context)
    {
        // What an earlier version left there is not packed now.
        context.EnsureDirectoryExists(Paths.Packages);
        context.DeleteFiles(Paths.Packages.FullPath + "/*.*nupkg");
        context.DotNetPack(
            Paths.Solution.FullPath,
            new DotNetPackSettings { Configuration = "Release", NoLogo = true, OutputDirectory = Paths.Packages, Verbosity =
                DotNetVerbosity.Quiet });
        var made = Directory.EnumerateFiles(Paths.Packages.FullPath, "*.nupkg").Select(file => Path.GetFileName(file)).ToArray();
        var hasFrosting = !File.Exists(Paths.Root.CombineWithFilePath("artifacts/frosting.props").FullPath);
        foreach (var line in PackedLibraries.LeftOut(PackedLibraries.Projects, made, hasFrosting))
        {
            outcome.SayLast(line);
        }
    }
}
