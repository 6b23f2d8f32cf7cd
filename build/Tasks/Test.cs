using Cake.Common;
using Cake.Common.Diagnostics;
using Cake.Common.IO;
using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Test;
using Cake.Core;
using Cake.Frosting;
using DbGate.Frosting;

namespace DbGate.Build.Tasks;

[TaskName("test")]
[TaskDescription("Runs every test project without the category Nightly; --filter=<expression> chooses instead, as in dotnet test.")]
[IsDependentOn(typeof(Compile))]
public sealed class Test(RunOutcome outcome) : FrostingTask
{
    public override void Run(ICakeContext context)
    {
        context.EnsureDirectoryExists(Paths.TestResults);
        context.CleanDirectory(Paths.TestResults);
        try
        {
            context.DotNetTest(Paths.Solution.FullPath, new DotNetTestSettings
            {
                Configuration = "Release",
                NoBuild = true,
                NoLogo = true,
                Filter = TestSelection.From(context.Argument<string?>("filter", null)),
                ResultsDirectory = Paths.TestResults,

                // The runner's own closing lines, instead of the terminal logger's.
                ArgumentCustomization = arguments => arguments.Append("--tl:off"),
            });
        }
        finally
        {
            Total = TestTotal.Read(Directory.EnumerateFiles(Paths.TestResults.FullPath, "*.trx", SearchOption.AllDirectories));
            outcome.SayLast(Total.ToString());
        }

        if (!Total.Holds)
        {
            throw new CakeException($"Tests do not hold: {Total}.");
        }
    }

    TestTotal Total { get; set; } = new(0, 0, 0);
}
