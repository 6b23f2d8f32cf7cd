using System.Text.RegularExpressions;

namespace DbGate.CommandGuard.Tools;

/// <summary>A command as <c>tools.json</c> writes it: words from the first on, and conditions on options.</summary>
sealed partial class CommandPattern
{
    readonly List<string[]> words = [];
    readonly List<OptionCondition> options = [];

    CommandPattern(string text) => Text = text;

    /// <summary>How it is written.</summary>
    public string Text { get; }

    /// <summary>How many words it names.</summary>
    public int WordCount => words.Count;

    public static CommandPattern Parse(string text)
    {
        var pattern = new CommandPattern(text);
        foreach (var token in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (token[0] is '-' or '!')
            {
                pattern.options.Add(OptionCondition.Parse(token));
            }
            else
            {
                pattern.words.Add(token.Split('|'));
            }
        }

        return pattern;
    }

    /// <summary>Compares a call. <see cref="Match.Possible"/>: only words that are not known before the call can make it match.</summary>
    public Match Compare(ToolCall call)
    {
        var result = call.Tool.EachWord && words.Count > 0 ? Any(call) : Prefix(call);
        foreach (var condition in options)
        {
            result = (Match)Math.Min((int)result, (int)condition.Compare(call));
        }

        return result;
    }

    /// <summary>The words of a call that the pattern names, as the operation's name.</summary>
    public string Operation(ToolCall call)
    {
        if (call.Tool.EachWord && words.Count > 0)
        {
            return call.Words.First(word => words[0].Any(alternative => IsWord(alternative, word.Text))).Text;
        }

        var named = call.Words.Take(words.Count).Where((word, index) => words[index] is not ["*"] || index > 0).Select(word => word.Text)
            .Where(text => !text.Contains(Shell.Argument.Unknown, StringComparison.Ordinal));
        return string.Join(' ', named.Concat(options.Select(option => option.Shown(call)).OfType<string>()));
    }

    Match Prefix(ToolCall call)
    {
        // Words that are not known may turn out to be several; in quotes, and as one argument of a script, they are one.
        var isOpen = call.Words.Count > 0 && !call.Words[^1].IsKnown && !OneWord().IsMatch(call.Words[^1].Raw);
        if (call.Words.Count < words.Count && !isOpen)
        {
            return Match.No;
        }

        var result = call.Words.Count < words.Count ? Match.Possible : Match.Certain;
        for (var index = 0; index < Math.Min(words.Count, call.Words.Count) && result != Match.No; index++)
        {
            var word = call.Words[index];
            result = words[index].Any(alternative => IsWord(alternative, word.Text)) ? result : word.IsKnown ? Match.No : Match.Possible;
        }

        return result;
    }

    [GeneratedRegex("""^(?:"\$\{?\w+\}?"|\$[1-9]|\$\{[1-9]\})$""")]
    private static partial Regex OneWord();

    Match Any(ToolCall call) =>
        call.Words.Any(word => words[0].Any(alternative => IsWord(alternative, word.Text))) ? Match.Certain
        : call.Words.Any(word => !word.IsKnown) ? Match.Possible
        : Match.No;

    internal static bool IsWord(string pattern, string word)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star < 0
            ? pattern == word
            : word.Length >= pattern.Length - 1 && word.StartsWith(pattern[..star], StringComparison.Ordinal)
                && word.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal);
    }

    /// <summary>An option that must, or must not, be there.</summary>
    sealed record OptionCondition(string[] Names, string? Value, bool IsForbidden)
    {
        public static OptionCondition Parse(string token)
        {
            var forbidden = token[0] == '!';
            var parts = token.TrimStart('!').Split('=', 2);
            return new OptionCondition(parts[0].Split('|'), parts.Length > 1 ? parts[1] : null, forbidden);
        }

        public Match Compare(ToolCall call)
        {
            var found = call.Options.Any(option => Names.Contains(option.Name) && IsOn(option.Value));
            return IsForbidden ? (found ? Match.No : Match.Certain) : found ? Match.Certain : call.HasUnknown ? Match.Possible : Match.No;
        }

        public string? Shown(ToolCall call) => IsForbidden ? null : call.Options.Where(option => Names.Contains(option.Name))
            .Select(option => Value is null ? option.Name : $"{option.Name}={option.Value}").FirstOrDefault();

        bool IsOn(string? value) => Value is null ? value is not "false" : value is not null && IsWord(Value, value);
    }
}

/// <summary>Whether a call is what a pattern names.</summary>
enum Match
{
    No,
    Possible,
    Certain,
}
