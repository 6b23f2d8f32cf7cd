using DbGate.Frosting;

namespace DbGate.Build.Tests.Frosting;

[Parallelizable(ParallelScope.All)]
public sealed class CommandSpellings
{
    [TestCase("make a plan: ./build.sh --target=plan --environment=production", ExpectedResult = "make a plan: dbgate plan --environment=production")]
    [TestCase("./build.sh lists the tasks", ExpectedResult = "dbgate lists the tasks")]
    [TestCase("  docs   docs/DBG0401.md", ExpectedResult = "  docs   dbgate help DBG0401")]
    [TestCase("docs/hosts.md; npm run build.sh", ExpectedResult = "docs/hosts.md; npm run build.sh")]
    public string Name_the_hosts_own_commands(string text) => new CommandSpelling("dbgate").Of(text);
}
