using DbGate.CommandGuard.Commands;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Reports the language of a file that is run. Pure.</summary>
static class LanguageDetector
{
    public static Language From(Language asked, string path, string text)
    {
        if (asked is not Language.Detect and not Language.Shell)
        {
            return asked;
        }

        if (Interpreters.IsJavaScript(path))
        {
            return Language.JavaScript;
        }

        var extension = Path.GetExtension(path).ToLowerInvariant();
        var firstLine = text.StartsWith("#!", StringComparison.Ordinal)
            ? text[..(text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end ? end : text.Length)] : "";
        return extension switch
        {
            ".py" => Language.Python,
            ".ps1" => Language.PowerShell,
            ".bat" or ".cmd" => Language.Batch,
            ".rb" or ".rake" or ".ru" => Language.Ruby,
            ".php" => Language.Php,
            ".exs" or ".ex" => Language.Elixir,
            ".pl" => Language.Perl,
            _ when asked == Language.Shell => Language.Shell,
            _ when firstLine.Contains("node", StringComparison.Ordinal) || firstLine.Contains("tsx", StringComparison.Ordinal)
                || firstLine.Contains("bun", StringComparison.Ordinal) || firstLine.Contains("zx", StringComparison.Ordinal) =>
                Language.JavaScript,
            _ when firstLine.Contains("python", StringComparison.Ordinal) => Language.Python,
            _ when firstLine.Contains("ruby", StringComparison.Ordinal) => Language.Ruby,
            _ when firstLine.Contains("php", StringComparison.Ordinal) => Language.Php,
            _ when firstLine.Contains("elixir", StringComparison.Ordinal) => Language.Elixir,
            _ when firstLine.Contains("perl", StringComparison.Ordinal) => Language.Perl,
            _ => Language.Shell,
        };
    }
}
