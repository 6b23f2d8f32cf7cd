using System.Text.RegularExpressions;
using DbGate.Build.Tests.Workflows;
using DbGate.Testing;

namespace DbGate.Build.Tests.Images;

/// <summary>What of <c>build/Dockerfile</c> can be known without an engine; <c>--target=image</c> asks the built image itself.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class Dockerfiles
{
    static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "build", "Dockerfile"));

    [Test]
    public void Stand_on_a_base_that_is_pinned_by_its_digest() =>
        Assert.That(Text, Does.Match("(?m)^ARG BASE=[a-z0-9./:-]+@sha256:[0-9a-f]{64}$"));

    [Test]
    public void Bring_the_clients_of_every_supported_PostgreSQL() => Assert.That(Text, Does.Contain("ARG POSTGRES=\"14 15 16 17 18\""));

    [Test]
    public void End_as_a_user_without_rights() => Assert.That(User().Matches(Text)[^1].Groups[1].Value, Is.EqualTo("10001:10001"));

    [Test]
    public async Task Run_scripts_that_a_shell_can_read()
    {
        foreach (var script in Script().Matches(Text).Select(run => run.Groups[1].Value))
        {
            var read = await Shell.RunAsync("sh", ["-n"], input: script);
            Assert.That((read.ExitCode, read.Error), Is.EqualTo((0, "")), script);
        }
    }

    [Test]
    public void Are_watched_for_newer_bases() => Assert.That(
        Yaml.Load(".github/dependabot.yml")
            .Find("updates")
            .Items()
            .Select(update => (update.Find("package-ecosystem").Text(), update.Find("directory").Text())),
        Does.Contain(((string?)"docker", (string?)"/build")));

    [GeneratedRegex(@"(?m)^USER (\S+)$")]
    private static partial Regex User();

    [GeneratedRegex(@"(?m)^RUN ((?:.*\\\n)*.*)$")]
    private static partial Regex Script();
}
