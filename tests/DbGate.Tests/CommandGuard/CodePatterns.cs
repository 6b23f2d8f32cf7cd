using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Tools;

namespace DbGate.Tests.CommandGuard;

/// <summary>Each code pattern of tools.json finds its own text, and does not find it in a comment or a string.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CodePatterns
{
    static IEnumerable<TestCaseData> Patterns() =>
        ToolCatalog.All.SelectMany(tool =>
            tool.Code.Select(pattern => new TestCaseData(pattern).SetArgDisplayNames($"{tool.Name}: {pattern.Text}")));

    [TestCaseSource(nameof(Patterns))]
    public void Find_their_text(object tested)
    {
        var pattern = (CodePattern)tested;

        Assert.That(
            CodeScanner.Scan(Program(pattern, Code(pattern)), pattern.Languages[0]).Select(match => match.Pattern.Text),
            Does.Contain(pattern.Text).Or.Some.Contains(pattern.Text.Split('(')[0].Split('.')[^1]));
    }

    [TestCaseSource(nameof(Patterns))]
    public void Do_not_find_their_text_in_a_comment(object tested)
    {
        var pattern = (CodePattern)tested;
        var mark = pattern.Languages[0] is "python" or "ruby" or "elixir" ? "#" : "//";

        Assert.That(CodeScanner.Scan(Program(pattern, $"{mark} {Code(pattern)}"), pattern.Languages[0]), Is.Empty);
    }

    [TestCase("csharp", "if (app.Environment.IsDevelopment()) { db.Database.EnsureDeleted(); }", true)]
    [TestCase("csharp", "if (app.Environment.IsDevelopment())\n    db.Database.EnsureDeleted();", true)]
    [TestCase("csharp", "if (!app.Environment.IsDevelopment()) { db.Database.EnsureDeleted(); }", false)]
    [TestCase("csharp", "if (app.Environment.IsDevelopment()) { Log(); } db.Database.EnsureDeleted();", false)]
    [TestCase("csharp", "if (reset) { db.Database.EnsureDeleted(); }", false)]
    [TestCase("js", "if (process.env.NODE_ENV === 'development') { sequelize.drop() }", true)]
    [TestCase("js", "if (process.env.NODE_ENV !== 'development') { sequelize.drop() }", false)]
    [TestCase("python", "if settings.DEBUG:\n    db.drop_all()", true)]
    [TestCase("python", "if settings.DEBUG:\n    log()\ndb.drop_all()", false)]
    public void Know_conditions_that_only_development_meets(string language, string text, bool isDevelopment) =>
        Assert.That(CodeScanner.Scan(text, language).Single().DevelopmentOnly is not null, Is.EqualTo(isDevelopment));

    /// <summary>The code that a pattern describes: <c>…</c> means other arguments.</summary>
    static string Code(CodePattern pattern) =>
        pattern.Text.Replace("…", "logging: false,", StringComparison.Ordinal) + (pattern.Text[^1] is '(' ? ")" : "")
            + (IsOpen(pattern.Text) ? "'" : "");

    static bool IsOpen(string text) => text.Count(c => c is '\'') % 2 == 1 || text.Count(c => c is '"') % 2 == 1;

    static string Program(CodePattern pattern, string code) =>
        $"{(pattern.When.Count > 0 ? $"import \"{pattern.When[0]}\"\n" : "")}x = y\n{(code.StartsWith('.') ? "a" : "")}{code}\n";
}
