using DbGate.Problems;

namespace DbGate.Tests.Problems;

/// <summary>The state of a problem is the one at its moment: no sentence denies what the run has done before.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DatabaseStates
{
    [TestCase(DatabaseState.NotContacted, false, ExpectedResult = DatabaseState.NotContacted)]
    [TestCase(DatabaseState.NotContacted, true, ExpectedResult = DatabaseState.Untouched)]
    [TestCase(DatabaseState.Untouched, true, ExpectedResult = DatabaseState.Untouched)]
    [TestCase("half of it stays", true, ExpectedResult = "half of it stays")]
    [TestCase(null, true, ExpectedResult = null)]
    public string? Without_a_deploy(string? state, bool contacted) => DatabaseState.At(state, contacted, []);

    [TestCase(DatabaseState.NotContacted, ExpectedResult = "deployed in this run: 1_a, 2_b")]
    [TestCase(DatabaseState.Untouched, ExpectedResult = "deployed in this run: 1_a, 2_b")]
    [TestCase("half of it stays", ExpectedResult = "half of it stays")]
    public string? After_a_deploy(string state) => DatabaseState.At(state, contacted: true, ["1_a", "2_b"]);

    [Test]
    public async Task Know_of_a_contact_wherever_in_the_run_it_is_made()
    {
        var contacts = new Contacts();
        await Task.Run(async () =>
        {
            Contacts.Follow(contacts);
            await Task.Run(Contacts.Made);
        });

        Assert.That(contacts.Any, Is.True);
        Assert.That(new Contacts().Any, Is.False);
    }
}
