using DbGate.Build.Archives;

namespace DbGate.Build.Tests.Archives;

[Parallelizable(ParallelScope.All)]
public sealed class LibraryPackages
{
    static readonly string[] Made = ["DbGate.GitHub.1.2.3.nupkg", "DbGate.MSBuild.1.2.3-beta.1.nupkg"];

    [Test]
    public void Are_reported_with_the_reason_when_they_are_left_out() => Assert.That(
        PackedLibraries.LeftOut(["DbGate.Frosting", "DbGate.GitHub", "DbGate.MSBuild"], Made, hasFrosting: false),
        Has.Count.EqualTo(1).And.All.StartsWith("left out   DbGate.Frosting: the feed has no Cake.Frosting"));

    [Test]
    public void Are_not_taken_for_those_of_a_longer_name() =>
        Assert.That(
            PackedLibraries.LeftOut(["DbGate"], Made, hasFrosting: true),
            Is.EqualTo(new[] { "left out   DbGate: dotnet pack made no package of it" }));

    [Test]
    public void Are_of_every_library() =>
        Assert.That(PackedLibraries.Projects, Is.SupersetOf(new[] { "DbGate", "DbGate.Frosting", "DbGate.MSBuild" }));
}
