using System.Text.RegularExpressions;

namespace DbGate.Tests.Documentation;

/// <summary>What a title or a heading must look like. Pure: from a text to what is wrong with it.</summary>
static partial class TitleRules
{
    const int Longest = 60;

    /// <summary>One line for each rule that the text breaks.</summary>
    /// <param name="title">A problem's title or a heading, without its marks.</param>
    /// <param name="names">Names that begin with a small letter, such as those of tools and tasks.</param>
    public static IEnumerable<string> Broken(string title, IReadOnlySet<string>? names = null)
    {
        if (!char.IsUpper(title.FirstOrDefault()) && !title.StartsWith('`') && names?.Contains(FirstWord().Match(title).Value) != true)
        {
            yield return $"\"{title}\" does not begin with a capital letter";
        }

        if (title.Length > 0 && ".:;,!".Contains(title[^1], StringComparison.Ordinal))
        {
            yield return $"\"{title}\" ends with {title[^1]}";
        }

        if (title.Length > Longest)
        {
            yield return $"\"{title}\" has {title.Length} characters; {Longest} are allowed";
        }

        foreach (Match banned in Banned().Matches(title))
        {
            yield return $"\"{title}\" contains \"{banned.Value}\"";
        }
    }

    [GeneratedRegex(@"^[\w-]+")]
    private static partial Regex FirstWord();

    // "There is no X" is good English, "X is no Y" is not. Things do not be, are, tell, state, hear or know.
    [GeneratedRegex(
        @"\b(anew|mend(s|ed|ing)?|beside|for\ ever|doomed|whoever|somebody|nobody|dearer|so\ many|one\ a\ line|(?<!there\ )is\ no|are\ no|"
            + @"has\ not|have\ not|none\ is|stands?|stood|lies|tells?|told|says?|said|hears?|heard|knows?|knew)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Banned();
}
