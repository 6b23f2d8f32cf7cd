using DbGate.Gates;
using DbGate.Git;

namespace DbGate.Tests.Gates;

[Parallelizable(ParallelScope.All)]
public sealed class CheckedOutCommits
{
    const string Hash = "8da586f0123456789abcdef0123456789abcdef0";

    [Test]
    public async Task Are_those_that_git_tells()
    {
        var git = await Shell.RunAsync("git", ["rev-parse", "HEAD"], Repository.Root);
        if (git.ExitCode != 0)
        {
            Assert.Ignore("these sources are no git checkout");
        }

        Assert.That(Commits.Find(Path.Combine(Repository.Root, "tests")), Is.EqualTo(git.Output.Trim()));
    }

    [Test]
    public void Stand_in_the_head_itself() => Assert.That(Find(("HEAD", Hash + "\n")), Is.EqualTo(Hash));

    [Test]
    public void Stand_in_a_branch() =>
        Assert.That(Find(("HEAD", "ref: refs/heads/a/b\n"), ("refs/heads/a/b", Hash + "\n")), Is.EqualTo(Hash));

    [Test]
    public void Stand_in_a_packed_branch() =>
        Assert.That(
            Find(
                ("HEAD", "ref: refs/heads/main\n"),
                ("packed-refs", $"# pack-refs\n{Hash.Replace('8', '9')} refs/heads/not-main\n{Hash} refs/heads/main\n")), Is.EqualTo(Hash));

    [TestCase("ref: refs/heads/main\n", TestName = "A repository without a commit has none")]
    [TestCase("nonsense")]
    [TestCase("")]
    public void Are_unknown_else(string head) => Assert.That(Find(("HEAD", head)), Is.Null);

    [Test]
    public void Are_hashes_and_nothing_else() =>
        Assert.That(Find(("HEAD", "ref: refs/heads/main"), ("refs/heads/main", "<script>")), Is.Null);

    static string? Find(params (string File, string Text)[] files)
    {
        using var project = new GatedProject();
        foreach (var (file, text) in files)
        {
            project.With($".git/{file}", text);
        }

        Directory.CreateDirectory(project.Of("src/deep"));
        return Commits.Find(project.Of("src/deep"));
    }
}
