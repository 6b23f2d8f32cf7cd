using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Build;
using Cake.Core;
using Cake.Frosting;

namespace DbGate.Build.Tasks;

[TaskName("compile")]
[TaskDescription("Builds the solution; a warning is an error.")]
public sealed class Compile : FrostingTask
{
    public override void Run(ICakeContext context) => context.DotNetBuild(
        Paths.Solution.FullPath,
        new DotNetBuildSettings { Configuration = "Release", NoLogo = true, Verbosity = DotNetVerbosity.Minimal });
}
