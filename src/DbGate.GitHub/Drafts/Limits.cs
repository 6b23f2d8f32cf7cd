using System.Security.Cryptography;
using System.Text;

namespace DbGate.GitHub.Drafts;

/// <summary>
/// GitHub's limits. It counts characters; counted here are bytes of UTF-8, which are never fewer, so that every way of counting is met.
/// </summary>
static class Limits
{
    /// <summary>A comment, an issue, a check run's summary.</summary>
    public const int Text = 65_535;

    /// <summary>A check run's title, and an annotation's.</summary>
    public const int Title = 255;

    /// <summary>A status's description.</summary>
    public const int Description = 140;

    /// <summary>A protection rule's comment.</summary>
    public const int ProtectionComment = 1_024;

    /// <summary>An annotation's message; GitHub takes 64 kB, which no one reads.</summary>
    public const int Annotation = 4_096;

    /// <summary>Annotations of one request.</summary>
    public const int AnnotationsPerRequest = 50;

    const int LongestName = 255;
    const int DigestLength = 12;
    const string Ellipsis = "…";

    /// <summary>
    /// A check run's or a status's name: the text itself, or its beginning and a digest of all of it when it is too long.
    /// </summary>
    public static string Name(string text) =>
        Encoding.UTF8.GetByteCount(text) <= LongestName
            ? text
            : $"{Fit(text, LongestName - DigestLength - 1, "")}-"
                + $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..DigestLength]}";

    /// <summary>The text, or as much of its beginning as fits; no character is cut in two.</summary>
    public static string Fit(string text, int limit) => Fit(text, limit, Ellipsis);

    /// <summary>Lines from the beginning, as many as fit, and then where the rest is.</summary>
    public static string FitLines(string text, int limit, string? page)
    {
        if (Encoding.UTF8.GetByteCount(text) <= limit)
        {
            return text;
        }

        var end =
            $"\n\n*Cut here. The whole report is {(page is null ? "in the run's report folder" : $"at {page}, among its artifacts")}.*\n";
        var cut = Fit(text, limit - Encoding.UTF8.GetByteCount(end), "");
        var line = cut.LastIndexOf('\n');
        return (line > 0 ? cut[..line] : cut) + end;
    }

    static string Fit(string text, int limit, string end)
    {
        if (Encoding.UTF8.GetByteCount(text) <= limit)
        {
            return text;
        }

        var left = limit - Encoding.UTF8.GetByteCount(end);
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length] + end;
    }
}
