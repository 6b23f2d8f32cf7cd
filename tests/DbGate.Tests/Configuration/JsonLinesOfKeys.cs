using System.Text;
using DbGate.Configuration;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
public sealed class JsonLinesOfKeys
{
    const string Text = """
        {
          // "ready": { "timeout": "1m" }
          "migrations": {
            "timeout": "1h",
          },
          "backup": { "enabled": true },
          "ready": {
            "url": "timeout",
            "timeout": "2m"
          },
          "ready.policy": "ledger"
        }
        """;

    [TestCase("migrations.timeout", ExpectedResult = 4)]
    [TestCase("ready.timeout", ExpectedResult = 9)]
    [TestCase("backup.enabled", ExpectedResult = 6)]
    [TestCase("ready.policy", ExpectedResult = 11)]
    [TestCase("timeout", ExpectedResult = null)]
    [TestCase("ready", ExpectedResult = 7)]
    public int? Are_found_by_the_whole_path(string key) => JsonLines.From(key.Split('.'), Encoding.UTF8.GetBytes(Text));
}
