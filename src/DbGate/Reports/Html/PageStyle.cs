using System.Security.Cryptography;
using System.Text;

namespace DbGate.Reports.Html;

/// <summary>The style sheet of every page, and its digest, which the page's policy names: no other style is applied.</summary>
sealed class PageStyle
{
    PageStyle(string text) => (Text, Policy) = (text, $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}");

    public static PageStyle Instance { get; } = Load();

    public string Text { get; }

    /// <summary>The source of a Content-Security-Policy.</summary>
    public string Policy { get; }

    static PageStyle Load()
    {
        using var stream = typeof(PageStyle).Assembly.GetManifestResourceStream("page.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new PageStyle(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }
}
