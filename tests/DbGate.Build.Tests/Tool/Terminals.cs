extern alias tool; // src/Terminal is compiled into two hosts

using tool::DbGate.Terminal;

namespace DbGate.Build.Tests.Tool;

/// <summary>What a terminal is shown.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Terminals
{
    [TestCase("xterm-256color", null, false, true, true)]
    [TestCase("xterm", "1", false, true, false)]
    [TestCase("dumb", null, false, false, false)]
    [TestCase("", null, false, false, false)]
    [TestCase(null, null, false, false, false)]
    [TestCase(null, null, true, true, true, Description = "Windows sets no TERM")]
    [TestCase("dumb", null, true, false, false)]
    public void Have_the_abilities_that_TERM_names(string? term, string? noColor, bool isWindows, bool isAnimated, bool hasColours)
    {
        var terminal = TerminalAbilities.From(
            isRedirected: false, name => name == "TERM" ? term : name == "NO_COLOR" ? noColor : null, isWindows, () => 80);

        Assert.That((terminal.IsAnimated, terminal.HasColours, terminal.Width), Is.EqualTo((isAnimated, hasColours, (int?)80)));
    }

    [Test]
    public void That_are_files_have_none() =>
        Assert.That(
            TerminalAbilities.From(isRedirected: true, _ => "xterm", false, () => throw new InvalidOperationException("not asked")),
            Is.EqualTo(new TerminalAbilities(false, false, null)));

    [TestCase(0)]
    [TestCase(20)]
    public void That_are_too_narrow_break_nothing(int width) =>
        Assert.That(TerminalAbilities.From(false, _ => "xterm", false, () => width).Width, Is.Null);

    [TestCase(0, 0, null, false, "backup shop")]
    [TestCase(0, 4, "schema", false, "backup shop (schema)")]
    [TestCase(2_000_000, 0.5, null, false, "backup shop: 2 MB")]
    [TestCase(2_000_000, 4, "public.users", false, "backup shop: 2 MB, 500 kB/s (public.users)")]
    [TestCase(2_000_000, 4, "public.users", true, "backup shop (public.users)", Description = "columns of their own show the rest")]
    public void Show_bytes_rate_and_table(long done, double seconds, string? detail, bool hasTotal, string shown) =>
        Assert.That(
            TerminalProgress.Describe("backup shop", done, TimeSpan.FromSeconds(seconds), detail, hasTotal), Is.EqualTo(shown));
}
