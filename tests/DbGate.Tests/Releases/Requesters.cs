using DbGate.Gates;
using DbGate.Releases.Evidence;

namespace DbGate.Tests.Releases;

/// <summary>Who asks for a plan, and so may not approve it.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Requesters
{
    [Test]
    public void Of_a_workflow_run_are_who_started_it_and_who_ran_it_again() => Assert.That(
        From(("GITHUB_ACTIONS", "true"), ("DBGATE_REQUESTED_BY", "mia"), ("GITHUB_ACTOR", "mia"), ("GITHUB_TRIGGERING_ACTOR", "ben")),
        Is.EqualTo(new[] { "mia", "ben" }));

    [Test]
    public void Cannot_be_hidden_by_another_name() => Assert.That(
        From(("GITHUB_ACTIONS", "true"), ("DBGATE_REQUESTED_BY", "release bot"), ("GITHUB_ACTOR", "mia"),
            ("GITHUB_TRIGGERING_ACTOR", "Mia")), Is.EqualTo(new[] { "release bot", "mia" }));

    [Test]
    public void Cannot_be_taken_from_a_file()
    {
        using var project = new GatedProject().With(".env", "GITHUB_ACTIONS=true\nGITHUB_ACTOR=mia\nGITHUB_TRIGGERING_ACTOR=ben\n");

        Assert.That(Actors.OthersOf(project.Read(new() { ["DBGATE_REQUESTED_BY"] = "ana" })), Is.Empty);
    }

    [Test]
    public void Elsewhere_are_the_one_who_is_named() =>
        Assert.That(From(("DBGATE_REQUESTED_BY", "ana"), ("GITHUB_TRIGGERING_ACTOR", "ben")), Is.EqualTo(new[] { "ana" }));

    static string[] From(params (string Name, string Value)[] variables)
    {
        using var project = new GatedProject();
        var settings = project.Read(variables.ToDictionary(variable => variable.Name, variable => variable.Value));
        return [Actors.From(settings), .. Actors.OthersOf(settings)];
    }
}
