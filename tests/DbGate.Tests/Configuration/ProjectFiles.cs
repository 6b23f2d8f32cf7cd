using System.Text;
using System.Text.Json;
using CsCheck;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
public sealed class ProjectFiles
{
    static ProjectFile Parse(string json) => ProjectFile.Parse(Encoding.UTF8.GetBytes(json));

    [Test]
    public void May_nest_settings_and_hold_comments_and_trailing_commas()
    {
        var file = Parse("""
            // the gate of the shop
            {
              "$schema": "x",
              "environment": "staging",
              "backup": { "retentionDays": 30, "uploadEnabled": true, },
            }
            """);

        Assert.That(file.Values["backup.retentionDays"].Text, Is.EqualTo("30"));
        Assert.That(file.Values["backup.uploadEnabled"].Text, Is.EqualTo("true"));
        Assert.That(file.Values["environment"].Source.Name, Is.EqualTo("environment in dbgate.json:4"));
    }

    [Test]
    public void May_begin_with_a_byte_order_mark() => Assert.That(Parse("\uFEFF{ \"json\": true }").Values, Has.Count.EqualTo(1));

    [Test]
    public void Keep_sections_for_the_rooms_that_read_them() =>
        Assert.That(
            Parse("""{ "guard": { "exclude": ["a"] } }""").Sections["guard"].GetProperty("exclude").GetArrayLength(), Is.EqualTo(1));

    [TestCase("", 1)]
    [TestCase("{", 1)]
    [TestCase("[]", 1)]
    [TestCase("{\n  \"environment\": \"staging\"\n  \"json\": true\n}", 3)]
    [TestCase("{ \"environment\": \"staging\", \"environment\": \"production\" }", null, TestName = "A key must not stand twice")]
    [TestCase("{\n \"ready\": {\n  \"url\": [\"a\"] } }", 3)]
    [TestCase("{ \"ready\": { \"url\": null } }", 1)]
    [TestCase("{ \"environment\": \"\\ud800\" }", null, TestName = "Half of a surrogate pair is no text")]
    public void That_are_broken_are_refused_with_the_line(string json, int? line) =>
        Assert.That(
            () => Parse(json),
            Failure.From("DBG0004", problem => line is null || problem.Location == new SourceLocation("dbgate.json", line)));

    [Test]
    public void That_are_not_UTF8_are_refused() =>
        Assert.That(() => ProjectFile.Parse(Encoding.Latin1.GetBytes("""{ "environment": "ü" }""")), Failure.From("DBG0004"));

    [Test]
    public void Say_where_an_invalid_value_stands()
    {
        using var project = new GatedProject().With("dbgate.json", "{\n  \"ready\": {\n    \"timeout\": \"soon\" } }");

        Assert.That(() => project.Read(), Failure.From("DBG0002", problem => problem.Cause == "read from ready.timeout in dbgate.json:3"));
    }

    [Test]
    public void Never_fail_in_an_unexpected_way() =>
        Gen.OneOf(
            Gen.String.Select(Encoding.UTF8.GetBytes),
            Gen.Byte.Array,
            Gen.String[Gen.Char["{}[]\":,\\ud8 0environmtwas"], 0, 40]
                .Select(text => Encoding.UTF8.GetBytes($$"""{ "environment": "{{text}}", "waivers": [{{text}}] }""")))
            .Sample(bytes =>
            {
                try
                {
                    return ProjectFile.Parse(bytes) is not null;
                }
                catch (GateException exception)
                {
                    return exception.Problem.Code.ExitCode == ExitCode.Usage;
                }
            });

    [Test]
    public void Take_any_text_for_a_text_setting() =>
        Gen.String.Where(text => !text.Any(char.IsSurrogate)).Sample(text =>
            Parse($$"""{ "reportsFolder": {{JsonSerializer.Serialize(text)}} }""").Values["reportsFolder"].Text == text);
}
