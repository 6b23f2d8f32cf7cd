using Cake.Common.IO;
using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Pack;
using Cake.Core;
using Cake.Frosting;

namespace DbGate.Build.Tasks;

[TaskName("pack")]
[TaskDescription("Packs the libraries into artifacts/packages.")]
[IsDependentOn(typeof(Compile))]
[IsDependentOn(typeof(PackArchives))]
public sealed class Pack : FrostingTask
{
    public override void Run(ICakeContext context)
    {
        // What an earlier version left there is not packed now; the tool's packages were made just before.
        context.EnsureDirectoryExists(Paths.Packages);
        context.DeleteFiles(context.GetFiles(Paths.Packages.FullPath + "/*.*nupkg").Where(file => !file.GetFilename().FullPath.StartsWith("DbGate.Tool.", StringComparison.Ordinal)));
        context.DotNetPack(
            Paths.Solution.FullPath,
            new DotNetPackSettings { Configuration = "Release", NoBuild = true, NoLogo = true, OutputDirectory = Paths.Packages });
    }
}
