namespace DbGate.Build.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class TestSelections
{
    [TestCase(null)]
    [TestCase("")]
    public void Leave_out_the_category_Nightly_unless_a_filter_is_given(string? filter) =>
        Assert.That(TestSelection.From(filter), Is.EqualTo("TestCategory!=Nightly"));

    [Test]
    public void Are_exactly_the_filter_that_is_given() =>
        Assert.That(TestSelection.From("TestCategory=Nightly"), Is.EqualTo("TestCategory=Nightly"));
}
