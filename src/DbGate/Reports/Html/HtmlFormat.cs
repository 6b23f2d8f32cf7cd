using System.Globalization;
using DbGate.Problems;
using DbGate.Texts;

namespace DbGate.Reports.Html;

/// <summary>How pages state numbers and times, and the few elements that come again and again.</summary>
static class HtmlFormat
{
    public static string Count(long count, string one, string many) =>
        $"{count.ToString("N0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many)}";

    public static string Migrations(long count) => Count(count, "migration", "migrations");

    /// <summary>"0.4 ms", "412 ms", "1.2 s", then as people state it.</summary>
    public static string Short(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 0.05 => "0 ms",
        < 10 => $"{time.TotalMilliseconds:0.0} ms",
        < 1000 => $"{time.TotalMilliseconds:0} ms",
        _ => TextSanitizer.Duration(time),
    };

    public static string Milliseconds(long milliseconds) => Short(TimeSpan.FromMilliseconds(milliseconds));

    public static string Moment(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm} UTC";

    /// <summary>"3 h", "12 days"; ages are never exact.</summary>
    public static string Age(TimeSpan age) => age.TotalHours switch
    {
        < 0 => "0 min",
        < 1 => $"{age.TotalMinutes:0} min",
        < 48 => $"{age.TotalHours:0} h",
        _ => $"{Math.Floor(age.TotalDays):0} days",
    };

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(share, 0, 1) * 100:0.###}%");

    /// <summary>A moment that machines read too.</summary>
    public static void Time(this HtmlWriter html, DateTimeOffset time) =>
        html.Element(
            "time", Moment(time), ("datetime", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));

    /// <summary>A name or a value of another person's, set apart so that right-to-left text does not reorder its surroundings.</summary>
    public static void Code(this HtmlWriter html, string? name) => html.Element("code", name);

    /// <summary>Something to be typed, which one click selects; it breaks between its words, not behind their dashes.</summary>
    public static void Command(this HtmlWriter html, string line) => html.Command(FixCommand.FromLine(line));

    /// <summary>The same of a command, with the options of the run.</summary>
    public static void Command(this HtmlWriter html, FixCommand command)
    {
        var line = html.Commands.Line(command.For(html.Repeated));
        using (html.Open("pre", ("class", "command")))
        {
            using (html.Open("code"))
            {
                foreach (var (index, word) in line.Split(' ').Index())
                {
                    html.Text(index == 0 ? "" : " ");
                    html.Element("span", word);
                }
            }
        }
    }

    public static void Paragraph(this HtmlWriter html, string text, string? css = null) => html.Element("p", text, ("class", css));
}
