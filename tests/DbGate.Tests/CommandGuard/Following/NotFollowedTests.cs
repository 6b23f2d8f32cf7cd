using System.Text.Json;
using DbGate.CommandGuard;
using DbGate.CommandGuard.Reports;

namespace DbGate.Tests.CommandGuard.Following;

[Parallelizable(ParallelScope.All)]
public sealed class NotFollowedTests
{
    static readonly GuardReport Report = new GuardCase("open", [],
    [
        ("docker-compose.dev.yml", "services:\n  a:\n    command: sh ./dev-gone.sh\n"),
        ("start.sh", string.Concat(Enumerable.Range(0, 12).Select(index => $"./gone{index}.sh\n")) + "./gone0.sh\n./gone0.sh\n"),
        (".github/workflows/deploy.yml", "on: push\njobs:\n  deploy:\n    environment: production\n    steps:\n      - run: ./gone.sh\n"),
    ]).Inspect();

    [Test]
    public void The_places_nearest_to_production_come_first() =>
        Assert.That(
            (Report.NotFollowed[0].Location.File, Report.NotFollowed[^1].Location.File, Report.NotFollowed[^1].Context),
            Is.EqualTo((".github/workflows/deploy.yml", "docker-compose.dev.yml", PathClass.Development)));

    [Test]
    public void No_place_is_listed_twice() => Assert.That(Report.NotFollowed.Select(place => (place.Location.File, place.Text)), Is.Unique);

    [Test]
    public void All_places_are_in_JSON_and_SARIF_and_ten_on_the_console()
    {
        var json = JsonDocument.Parse(GuardJson.Render(Report)).RootElement.GetProperty("notFollowed").GetArrayLength();
        var sarif =
            JsonDocument.Parse(GuardSarif.Render(Report, "1.0.0")).RootElement.GetProperty("runs")[0]
                .GetProperty("results")
                .EnumerateArray()
                .Count(result => result.GetProperty("ruleId").GetString() == "DBG0407");
        var console = ChainText.Console(Report).Split('\n').Count(line => line.StartsWith("open ", StringComparison.Ordinal));

        Assert.That((json, sarif, console), Is.EqualTo((Report.NotFollowed.Count, Report.NotFollowed.Count, 11)));
    }

    [Test]
    public void Two_commands_in_one_file_have_two_fingerprints()
    {
        var report =
            new GuardCase(
                "prints", [],
                [("Dockerfile", "FROM node:20\nCOPY . .\nCMD [\"sh\",\"start.sh\"]\n"),
                    ("start.sh",
                        "npx prisma db push --schema a.prisma\nnpx prisma db push --schema b.prisma\nnpx prisma db push "
                            + "--schema b.prisma\n")]).Inspect();
        var prints =
            JsonDocument.Parse(GuardSarif.Render(report, "1.0.0")).RootElement.GetProperty("runs")[0]
                .GetProperty("results")
                .EnumerateArray()
                .Select(result => result.GetProperty("partialFingerprints").ToString());

        Assert.That(prints, Is.Unique.And.Exactly(3).Items);
    }
}
