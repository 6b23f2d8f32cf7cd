namespace DbGate.Build.Tests.Scripts;

[TestFixture]
[Platform(Exclude = "Win")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class BuildScript : IDisposable
{
    readonly ScriptBench bench = new();

    [Test]
    public async Task Builds_at_the_first_call_only()
    {
        await bench.RunAsync();
        await bench.RunAsync();
        Assert.That(bench.Builds, Is.EqualTo(1));
    }

    [Test]
    public async Task Asks_the_sdk_nothing_at_the_second_call()
    {
        await bench.RunAsync();
        bench.Sdk("no-network");
        var second = await bench.RunAsync("--target=test");
        Assert.That(second.ExitCode, Is.Zero, second.Error);
        Assert.That(second.Error, Is.Empty);
    }

    [TestCase("src/DbGate/One.cs")]
    [TestCase("build/Program.cs")]
    [TestCase("Directory.Packages.props")]
    [TestCase("global.json")]
    public async Task Builds_again_when_a_file_is_written(string file)
    {
        await bench.RunAsync();
        bench.Write(file, "another text");
        await bench.RunAsync();
        Assert.That(bench.Builds, Is.EqualTo(2));
    }

    [Test]
    public async Task Builds_again_when_a_file_is_deleted()
    {
        await bench.RunAsync();
        File.Delete(bench.Of("src/DbGate/Two.cs"));
        await bench.RunAsync();
        Assert.That(bench.Builds, Is.EqualTo(2));
    }

    [Test]
    public async Task Builds_again_when_a_file_is_renamed()
    {
        await bench.RunAsync();
        File.Move(bench.Of("src/DbGate/Two.cs"), bench.Of("src/DbGate/Three.cs"));
        await bench.RunAsync();
        Assert.That(bench.Builds, Is.EqualTo(2));
    }

    [Test]
    public async Task Builds_again_when_an_old_copy_is_restored_with_its_old_date()
    {
        await bench.RunAsync();
        bench.Write("src/DbGate/One.cs", "another text");
        File.SetLastWriteTimeUtc(bench.Of("src/DbGate/One.cs"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await bench.RunAsync();
        Assert.That(bench.Builds, Is.EqualTo(2));
    }

    [Test]
    public async Task Builds_nothing_when_only_a_test_changes()
    {
        await bench.RunAsync();
        bench.Write("tests/Test.cs", "another text");
        await bench.RunAsync();
        Assert.That(bench.Builds, Is.EqualTo(1));
    }

    [Test]
    public async Task Builds_once_for_several_callers()
    {
        var runs = await Task.WhenAll(bench.RunAsync(), bench.RunAsync(), bench.RunAsync());
        Assert.That(runs.Select(run => run.ExitCode), Is.All.Zero);
        Assert.That(bench.Builds, Is.EqualTo(1));
    }

    [Test]
    public async Task Takes_over_the_lock_of_a_builder_that_is_gone()
    {
        Directory.CreateDirectory(bench.Of("artifacts/host/lock"));
        bench.Write("artifacts/host/lock/pid", "999999999");
        var run = await bench.RunAsync();
        Assert.That(run.ExitCode, Is.Zero, run.Error);
    }

    [Test]
    public async Task Passes_arguments_through_unchanged()
    {
        var run = await bench.RunAsync("--target=backup-first", "--name=my shop", "", "*");
        Assert.That(run.Output, Does.Contain("argument <--target=backup-first>\nargument <--name=my shop>\nargument <>\nargument <*>\n"));
    }

    [Test]
    public async Task Passes_the_exit_code_through()
    {
        bench.Sdk("exit-code", "12");
        Assert.That((await bench.RunAsync()).ExitCode, Is.EqualTo(12));
    }

    [Test]
    public async Task Becomes_the_program_so_that_signals_reach_it()
    {
        var run = await bench.RunAsync();
        Assert.That(run.Output, Does.Contain($"pid {run.ProcessId}\n"));
    }

    [Test]
    public async Task Stays_in_the_folder_that_it_was_called_from()
    {
        var run = await bench.RunAsync();
        Assert.That(run.Output, Does.Contain($"in {bench.Folder}\n"));
    }

    [Test]
    public async Task Leaves_standard_output_to_the_program()
    {
        var run = await bench.RunAsync();
        Assert.That(run.Output, Does.StartWith("pid "));
        Assert.That(run.Error, Does.Contain("build.sh: building"));
    }

    [Test]
    public async Task Keeps_the_choice_of_the_stand_in_for_later_builds()
    {
        bench.Sdk("no-frosting");
        var first = await bench.RunAsync();
        bench.Write("src/DbGate/One.cs", "another text");
        var second = await bench.RunAsync();
        Assert.That(first.Error, Does.Contain("the feed has no Cake.Frosting: build/frosting stands in for it"));
        Assert.That(second.Error, Does.Not.Contain("the feed has no Cake.Frosting"));
        Assert.That(
            await File.ReadAllTextAsync(bench.Of("artifacts/frosting.props")),
            Does.Contain("<FrostingFromCakeTool>true</FrostingFromCakeTool>"));
        Assert.That(bench.Calls("restore"), Has.Count.EqualTo(3), "the package is tried once, the stand-in in each build");
    }

    [Test]
    public async Task Takes_the_package_where_the_feed_has_it()
    {
        await bench.RunAsync();
        Assert.That(File.Exists(bench.Of("artifacts/frosting.props")), Is.False);
    }

    [Test]
    public async Task Tries_the_package_again_when_the_package_versions_change()
    {
        bench.Sdk("no-frosting");
        await bench.RunAsync();
        bench.SdkWithout("no-frosting");
        bench.Write("Directory.Packages.props", "<Project />");
        await bench.RunAsync();
        Assert.That(File.Exists(bench.Of("artifacts/frosting.props")), Is.False);
    }

    [Test]
    public async Task Does_without_the_ahead_of_time_compiler_where_the_feed_lacks_it()
    {
        bench.Sdk("no-compiler");
        var run = await bench.RunAsync();
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(bench.Calls("publish").Single(), Does.Contain("HostReadyToRun=false"));
    }

    [Test]
    public async Task Says_what_failed_when_nothing_restores()
    {
        bench.Sdk("no-network");
        var run = await bench.RunAsync();
        Assert.That(run.ExitCode, Is.EqualTo(20));
        Assert.That(run.Error, Does.Contain("NU1301").And.Contain("build.sh: restore failed").And.Contain("build.sh: fix: "));
        Assert.That(File.Exists(bench.Of("artifacts/frosting.props")), Is.False);
    }

    [Test]
    public async Task Shows_a_broken_build_runs_nothing_and_builds_again()
    {
        await bench.RunAsync();
        bench.Write("src/DbGate/One.cs", "broken");
        bench.Sdk("broken");
        var broken = await bench.RunAsync();
        bench.SdkWithout("broken");
        var mended = await bench.RunAsync();
        Assert.That(broken.ExitCode, Is.EqualTo(1));
        Assert.That(broken.Error, Does.Contain("error CS1002"));
        Assert.That(broken.Output, Is.Empty);
        Assert.That(mended.ExitCode, Is.Zero);
        Assert.That(mended.Output, Does.StartWith("pid "));
    }

    [Test]
    public async Task Keeps_a_build_that_may_still_run_and_forgets_older_ones()
    {
        for (var build = 0; build < 5; build++)
        {
            bench.Write("src/DbGate/One.cs", $"{build}");
            await bench.RunAsync();
        }

        Assert.That(Directory.GetDirectories(bench.Of("artifacts/host"), "app-*"), Has.Length.EqualTo(3));
    }

    [TestCase("build.sh")]
    [TestCase("build.ps1")]
    public void Has_at_most_100_lines(string script) =>
        Assert.That(File.ReadAllLines(Path.Combine(Paths.Root.FullPath, script)), Has.Length.AtMost(100).And.All.Length.AtMost(140));

    public void Dispose() => bench.Dispose();
}
