using DbGate.Backups.Providers;
using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Tests.Backups.Providers;

/// <summary>An external command may be a script of the commit: with the signing key it could write evidence.</summary>
[NonParallelizable]
public sealed class CommandsOfEngines
{
    static readonly TargetIdentity Target = new("7714083169009307336", 5, "app", 150018, false);

    [Test]
    [Platform("Linux")]
    public async Task Get_the_clouds_credentials_and_not_the_secrets_of_the_run()
    {
        const string Own = "DBGATE_TEST_URL_OF_ENGINES";
        string[] names = [.. WithheldVariables.OfTheRun, "AWS_ACCESS_KEY_ID", Own];
        var before = names.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        try
        {
            foreach (var name in names)
            {
                Environment.SetEnvironmentVariable(name, name == Own ? "postgresql://app:hunter2@db/shop" : "set");
            }

            var backup = await new ExternalEngine(new()
            {
                Secrets = ["hunter2"],
                Root = TestContext.CurrentContext.WorkDirectory,
                ArchiveTimeout = TimeSpan.FromMinutes(1),
                Command = $$"""
                    printf '{"format":1,"engine":"x","completedAt":"2026-11-30T00:00:00Z","backup":"%s"}' "$(env | grep -cE '^({{
                        string.Join('|', names)}})=') $AWS_ACCESS_KEY_ID"
                    """,
            }).FindNewestAsync(Target, CancellationToken.None);

            Assert.That(backup.Label, Is.EqualTo("1 set"), "only the credentials of the cloud");
        }
        finally
        {
            foreach (var (name, value) in before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        Assert.That(WithheldVariables.OfTheRun, Is.SupersetOf(new[] { "DBGATE_SIGNING_KEY", "GITHUB_TOKEN", "GITHUB_OUTPUT" }));
    }
}
