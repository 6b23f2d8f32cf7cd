namespace DbGate.Tests.Testing;

[Parallelizable(ParallelScope.All)]
public sealed class MissingCounterparts
{
    [Test]
    public void Fail_the_test_on_a_build_server() =>
        Assert.That(Counterpart.Missing("No PostgreSQL", "apt-get install postgresql", required: true),
            Is.TypeOf<AssertionException>().With.Message.EqualTo("No PostgreSQL. apt-get install postgresql"));

    [Test]
    public void Ignore_the_test_elsewhere_and_name_the_command() =>
        Assert.That(Counterpart.Missing("No PostgreSQL", "apt-get install postgresql", required: false),
            Is.TypeOf<IgnoreException>().With.Message.EqualTo("No PostgreSQL. To run this test: apt-get install postgresql"));
}
