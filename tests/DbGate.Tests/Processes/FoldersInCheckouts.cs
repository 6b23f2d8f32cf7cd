using DbGate.Processes;

namespace DbGate.Tests.Processes;

[Parallelizable(ParallelScope.All)]
public sealed class FoldersInCheckouts
{
    [TestCase(true)]
    [TestCase(false)]
    public void Are_ignored_when_they_are_made(bool isInCheckout)
    {
        using var project = new GatedProject();
        if (isInCheckout)
        {
            project.With(".git/HEAD", "");
        }

        Directory.CreateDirectory(project.Of("backups"));
        IgnoredFolder.Mark(project.Of("backups"));

        Assert.That(File.Exists(project.Of("backups/.gitignore")), Is.EqualTo(isInCheckout));
    }
}
