using System.Text;

namespace DbGate.CommandGuard.Shell;

/// <summary>Turns words into the arguments that a shell would make of them, in all the ways the known variables allow.</summary>
static class Expansion
{
    public const int MostAlternatives = 64;

    public static IReadOnlyList<IReadOnlyList<Argument>> Arguments(IReadOnlyList<Word> words, Variables variables)
    {
        List<List<Argument>> lines = [[]];
        foreach (var word in words)
        {
            if (word.Literal is { } literal)
            {
                var alternatives = word.IsQuoted ? [literal] : Braces(literal);
                lines.ForEach(line => line.AddRange(alternatives.Select(text =>
                    new Argument(text, alternatives.Count == 1 ? word.Raw : text))));
                continue;
            }

            var readings = Fields(word, variables);
            lines = [.. readings.Take(Math.Max(1, MostAlternatives / lines.Count))
                .SelectMany(fields => lines.Select(line => (List<Argument>)[.. line, .. fields]))];
        }

        return lines;
    }

    /// <summary>The words that Bash makes of <c>a{b,c}d</c>.</summary>
    static List<string> Braces(string text)
    {
        var open = text.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : text.IndexOf('}', open);
        if (close < 0 || text.AsSpan(open, close - open).IndexOf(',') < 0 || text.AsSpan(open + 1, close - open - 1).IndexOf('{') >= 0
            || (open > 0 && text[open - 1] == '$'))
        {
            return [text];
        }

        return [.. text[(open + 1)..close].Split(',').Take(MostAlternatives)
            .SelectMany(middle => Braces(text[(close + 1)..]).Select(tail => text[..open] + middle + tail)).Take(MostAlternatives)];
    }

    /// <summary>All the texts that a word may have as one value.</summary>
    public static IReadOnlyList<string> Texts(Word word, Variables variables) =>
        [.. Pieces(word, variables, 0).Select(pieces => string.Concat(pieces.Select(piece => piece.Text)))];

    static IEnumerable<List<Argument>> Fields(Word word, Variables variables)
    {
        if (word.Parts is [ParameterPart { Name: "@" or "*" }])
        {
            yield return variables.Positional is { } positional ? [.. positional] : [new Argument(Argument.Unknown.ToString(), word.Raw)];
            yield break;
        }

        if (word.Parts is [ParameterPart { Name: var name }] && word.Raw.Contains("[@]", StringComparison.Ordinal)
            && variables.Lists.TryGetValue(name, out var list))
        {
            yield return [.. list];
            yield break;
        }

        if (word.Parts is [ParameterPart { Name: var array, Default: null }] && word.Raw.Contains("[@]", StringComparison.Ordinal)
            && variables.Positional is not null && variables.Of(array).Count == 0)
        {
            // No caller can hand an array over: one that nothing assigns is empty.
            yield return [];
            yield break;
        }

        foreach (var pieces in Pieces(word, variables, 0))
        {
            yield return Split(word, pieces);
        }
    }

    static List<Argument> Split(Word word, List<(string Text, bool Splits)> pieces)
    {
        var fields = new List<Argument>();
        var current = new StringBuilder();
        var hasField = false;
        foreach (var (text, splits) in pieces)
        {
            if (!splits)
            {
                current.Append(text);
                hasField = true;
                continue;
            }

            foreach (var c in text)
            {
                if (c is not (' ' or '\t' or '\n'))
                {
                    current.Append(c);
                    hasField = true;
                }
                else if (hasField)
                {
                    Finish();
                }
            }
        }

        if (hasField)
        {
            Finish();
        }

        return fields.Count == 1 ? [fields[0] with { Raw = word.Raw }] : fields;

        void Finish()
        {
            fields.Add(new Argument(current.ToString()));
            current.Clear();
            hasField = false;
        }
    }

    static List<List<(string Text, bool Splits)>> Pieces(Word word, Variables variables, int depth)
    {
        List<List<(string, bool)>> lines = [[]];
        foreach (var part in word.Parts)
        {
            var readings = Readings(part, variables, depth);
            lines = readings.Count == 1
                ? [.. lines.Select(line => (List<(string, bool)>)[.. line, .. readings[0]])]
                : [.. readings.Take(Math.Max(1, MostAlternatives / lines.Count))
                    .SelectMany(reading => lines.Select(line => (List<(string, bool)>)[.. line, .. reading]))];
        }

        return lines;
    }

    static List<List<(string Text, bool Splits)>> Readings(WordPart part, Variables variables, int depth)
    {
        if (part is LiteralPart literal)
        {
            return [[(literal.Text, false)]];
        }

        if (part is ParameterPart parameter)
        {
            if (variables.Of(parameter.Name) is { Count: > 0 } values)
            {
                return [.. values.Select(value => (List<(string, bool)>)[(value, !part.IsQuoted)])];
            }

            if (parameter.Default is { } fallback && depth < 8)
            {
                return [.. Pieces(fallback, variables, depth + 1).Select(pieces =>
                    (List<(string, bool)>)[.. pieces.Select(piece => (piece.Text, !part.IsQuoted))])];
            }

            if (parameter.Name is "*" or "@" && variables.Positional is { } positional)
            {
                return [[(string.Join(' ', positional.Select(argument => argument.Text)), !part.IsQuoted)]];
            }
        }

        if (part is OpaquePart { Raw: var template } && template.StartsWith("${{", StringComparison.Ordinal)
            && variables.Of(template.Trim('$', '{', '}', ' ')) is { Count: > 0 } known)
        {
            // The system puts the text in before any shell sees it.
            return [.. known.Select(value => (List<(string, bool)>)[(value, !part.IsQuoted)])];
        }

        return [[(Argument.Unknown.ToString(), false)]];
    }
}
