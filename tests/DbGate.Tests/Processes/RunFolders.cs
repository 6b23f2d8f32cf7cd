using DbGate.Processes;

namespace DbGate.Tests.Processes;

/// <summary>What a dead run leaves is deleted by the next one; what belongs to a living one is not.</summary>
[Platform("Linux,MacOsX")]
[Parallelizable(ParallelScope.All)]
public sealed class RunFolders
{
    [Test]
    public void Stay_while_their_process_lives()
    {
        using var folder = RunFolder.Create();
        File.WriteAllText(Path.Combine(folder.Path, "pass"), "secret");

        RunFolder.Sweep(DateTimeOffset.UtcNow.AddDays(2));

        Assert.That(Path.Combine(folder.Path, "pass"), Does.Exist);
    }

    [Test]
    public void Are_gone_when_disposed()
    {
        var folder = RunFolder.Create();
        folder.Dispose();

        Assert.That(folder.Path, Does.Not.Exist);
    }

    /// <summary>A process that was killed has no lock any more, and its number no process.</summary>
    [Test]
    public void Of_a_killed_process_are_deleted()
    {
        var left = Left("2147483646");

        RunFolder.Sweep(DateTimeOffset.UtcNow);

        Assert.That(left, Does.Not.Exist);
    }

    [Test]
    public void Of_an_older_version_are_deleted_after_half_a_day()
    {
        var left = Left(owner: null);
        RunFolder.Sweep(DateTimeOffset.UtcNow);
        Assert.That(left, Does.Exist);

        RunFolder.Sweep(DateTimeOffset.UtcNow.AddHours(13));
        Assert.That(left, Does.Not.Exist);
    }

    static string Left(string? owner)
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-").FullName;
        File.WriteAllText(Path.Combine(folder, "pass"), "secret");
        if (owner is not null)
        {
            File.WriteAllText(Path.Combine(folder, "owner"), owner);
        }

        return folder;
    }
}
