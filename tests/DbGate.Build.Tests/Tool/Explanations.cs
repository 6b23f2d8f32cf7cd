using System.Text.Json;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Testing;
using DbGate.Cli.CommandLine;
using DbGate.Cli.Help;

namespace DbGate.Build.Tests.Tool;

/// <summary><c>dbgate explain DBG0401</c>: the pages of problems, from the program itself.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Explanations
{
    static readonly string[] Codes = ["DBG0001", "DBG0070", "DBG0401", "DBG0405", "DBG0418", "DBG0917"];

    [Test]
    public void Are_the_pages_of_several_problems_in_their_order()
    {
        var text = ProblemPage.Explain(["DBG0502", "dbg0401"]);

        Assert.That(text, Does.StartWith("# DBG0502: ").And.Contain("\n\n# DBG0401: "));
    }

    [Test]
    public void Of_one_problem_named_twice_are_one_page() =>
        Assert.That(ProblemPage.Explain(["DBG0401", "dbg0401"]), Is.EqualTo(ProblemPage.Find("DBG0401")));

    [TestCase("DBG0402", ExpectedResult = "DBG0401")]
    [TestCase("dbg0410", ExpectedResult = "DBG0405")]
    [TestCase("DBG0499", ExpectedResult = "DBG0418", Description = "the same subject")]
    [TestCase("401", ExpectedResult = "DBG0401")]
    [TestCase("DBG401", ExpectedResult = "DBG0401")]
    [TestCase("DB0401", ExpectedResult = "DBG0401")]
    [TestCase("DBG04O1", ExpectedResult = "DBG0401", Description = "a letter O")]
    [TestCase("DBG9999", ExpectedResult = "DBG0917")]
    [TestCase("DBG99999999999", ExpectedResult = null, Description = "more than a number holds")]
    [TestCase("release", ExpectedResult = null)]
    [TestCase("", ExpectedResult = null)]
    public string? Offer_the_nearest_code(string typed) => ProblemPage.Nearest(typed, Codes);

    [TestCase("explain", "DBG0400")]
    [TestCase("explain", "DBG0401", "DBG0400")]
    [TestCase("help", "DBG0400")]
    public async Task Of_an_unknown_code_end_with_2_and_name_the_nearest(params string[] args)
    {
        var run = await RunAsync(args);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")), "nothing is printed");
        Assert.That(
            run.Error, Does.Contain("DBG0076").And.Contain("there is no problem \"DBG0400\"").And.Contain("dbgate explain DBG0401"));
    }

    [Test]
    public async Task Without_a_code_end_with_2()
    {
        var run = await RunAsync("explain");

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Error, Does.Contain("DBG0076").And.Contain("explain needs the code of a problem"));
    }

    [Test]
    public async Task Of_an_unknown_code_are_a_JSON_document_on_request()
    {
        var run = await RunAsync("explain", "DBG0400", "--json");

        using var document = JsonDocument.Parse(run.Output);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(document.RootElement.GetRawText(), Does.Contain("\"DBG0076\""));
    }

    [TestCase("explain", "DBG0401")]
    [TestCase("help", "DBG0401")]
    [TestCase("explain", "dbg0401")]
    public async Task Are_printed_without_a_network_or_a_project(params string[] args)
    {
        var run = await RunAsync(args);

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
        Assert.That(run.Output.TrimEnd(), Is.EqualTo(ProblemPage.Find("DBG0401")!.TrimEnd()));
    }

    [TestCase("help", "explain")]
    [TestCase("explain", "--help")]
    public async Task Have_a_page_of_help(params string[] args)
    {
        var run = await RunAsync(args);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.StartWith("dbgate explain: ").And.Contain("usage  dbgate explain <code>"));
    }

    [Test]
    public void Are_what_a_report_of_the_tool_refers_to() =>
        Assert.That(
            CommandStyle.Tool.Page(CommandLineProblems.UnknownCode("x", null).Code), Is.EqualTo("dbgate explain DBG0076"));

    static Task<ShellResult> RunAsync(params string[] args)
    {
        var program = Path.Combine(
            AppContext.BaseDirectory.Replace("DbGate.Build.Tests", "DbGate.Cli", StringComparison.Ordinal), "DbGate.Cli.dll");
        return Shell.RunAsync("dotnet", [program, .. args], Path.GetTempPath());
    }
}
