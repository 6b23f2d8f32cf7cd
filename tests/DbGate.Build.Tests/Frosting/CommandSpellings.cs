using DbGate.Frosting;
using DbGate.Frosting.Display;

namespace DbGate.Build.Tests.Frosting;

[Parallelizable(ParallelScope.All)]
public sealed class CommandSpellings
{
    [TestCase("make a plan: ./build.sh --target=plan --environment=production", ExpectedResult = "make a plan: dbgate plan --environment=production")]
    [TestCase("./build.sh lists the tasks", ExpectedResult = "dbgate lists the tasks")]
    [TestCase("  docs   docs/DBG0401.md", ExpectedResult = "  docs   dbgate help DBG0401")]
    [TestCase("docs/hosts.md; npm run build.sh", ExpectedResult = "docs/hosts.md; npm run build.sh")]
    public string Name_the_hosts_own_commands(string text) => new CommandSpelling("dbgate").Of(text);

    [TestCase("./build.sh --target=restore-test", ExpectedResult = "./build.sh --target=restore-test --environment=production --project='../my shop'")]
    [TestCase("do it; ./build.sh --target=restore --table=<schema.table>, then look", ExpectedResult = "do it; ./build.sh --target=restore --table=<schema.table> --environment=production --project='../my shop', then look")]
    [TestCase("(./build.sh --target=plan --migrate-command='sh x.sh' --environment=staging)", ExpectedResult = "(./build.sh --target=plan --migrate-command='sh x.sh' --environment=staging --project='../my shop')")]
    [TestCase("./build.sh lists the tasks; ./build.sh --help", ExpectedResult = "./build.sh lists the tasks; ./build.sh --help")]
    public string Go_where_this_run_went(string text) =>
        new RepeatedOptions(new Dictionary<string, string> { ["project"] = "../my shop", ["environment"] = "production", ["json"] = "" }).Of(text);
}
