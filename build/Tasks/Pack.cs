using Cake.Frosting;

namespace DbGate.Build.Tasks;

[TaskName("pack")]
[TaskDescription(
    "Makes all that is released in artifacts/packages: the libraries' packages, the tool's, its archives, their sums and lists.")]
[IsDependentOn(typeof(PackLibraries))]
[IsDependentOn(typeof(PackArchives))]
public sealed class Pack : FrostingTask;
