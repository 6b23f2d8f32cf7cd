using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DbGate.EndToEnd.Workflows;

/// <summary>GitHub's expressions, as far as this repository's workflows use them: paths, texts, operators and a few functions.</summary>
sealed partial class Expression
{
    readonly IReadOnlyDictionary<string, object?> contexts;
    readonly List<string> tokens;
    int next;

    Expression(string text, IReadOnlyDictionary<string, object?> contexts) =>
        (this.contexts, tokens) = (contexts, [.. Token().Matches(text).Select(match => match.Value)]);

    /// <summary>Replaces every <c>${{ … }}</c> of a text.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, object?> contexts) =>
        Placeholder().Replace(text, match => Text(Evaluate(match.Groups[1].Value, contexts)));

    /// <summary>An <c>if</c>, with or without its braces. Without a status function it also demands success so far.</summary>
    public static bool Holds(string? condition, IReadOnlyDictionary<string, object?> contexts)
    {
        var succeeded = (bool)contexts["success"]!;
        if (condition is null)
        {
            return succeeded;
        }

        var inner = Placeholder().Match(condition) is { Success: true } match ? match.Groups[1].Value : condition;
        return Truth(Evaluate(inner, contexts)) && (succeeded || StatusFunction().IsMatch(inner));
    }

    /// <summary>The values of an axis of a matrix.</summary>
    public static IReadOnlyList<object?> List(string text, IReadOnlyDictionary<string, object?> contexts) =>
        (IReadOnlyList<object?>)Evaluate(Placeholder().Match(text).Groups[1].Value, contexts)!;

    static object? Evaluate(string text, IReadOnlyDictionary<string, object?> contexts)
    {
        var expression = new Expression(text, contexts);
        var value = expression.Or();
        return expression.next == expression.tokens.Count ? value : throw new FormatException($"cannot read the expression {text}");
    }

    static bool Truth(object? value) =>
        value switch { null => false, bool truth => truth, string text => text.Length > 0, double number => number != 0, _ => true };

    static string Text(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        double number => number.ToString(CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    object? Or()
    {
        var left = And();
        while (Take("||"))
        {
            var right = And();
            left = Truth(left) ? left : right;
        }

        return left;
    }

    object? And()
    {
        var left = Equality();
        while (Take("&&"))
        {
            var right = Equality();
            left = Truth(left) ? right : left;
        }

        return left;
    }

    object? Equality()
    {
        var left = Unary();
        return Take("==") ? Same(left, Unary()) : Take("!=") ? !Same(left, Unary()) : left;
    }

    // As GitHub compares: texts without case; null, false and the empty text are equal to each other.
    static bool Same(object? left, object? right) =>
        left is bool || right is bool
            ? Truth(left) == Truth(right)
            : string.Equals(Text(left), Text(right), StringComparison.OrdinalIgnoreCase);

    object? Unary()
    {
        if (Take("!"))
        {
            return !Truth(Unary());
        }

        if (Take("("))
        {
            var inner = Or();
            return Take(")") ? inner : throw new FormatException("a bracket is open");
        }

        var token = tokens[next++];
        return token[0] == '\'' ? token[1..^1].Replace("''", "'", StringComparison.Ordinal)
            : token is "true" or "false" ? token == "true"
            : double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : Take("(") ? Call(token, Arguments())
            : Path(token);
    }

    List<object?> Arguments()
    {
        var arguments = new List<object?>();
        while (!Take(")"))
        {
            arguments.Add(Or());
            Take(",");
        }

        return arguments;
    }

    object? Call(string function, List<object?> arguments) => function switch
    {
        "always" => true,
        "cancelled" => false,
        "success" => contexts["success"],
        "failure" => !(bool)contexts["success"]!,
        "format" => Braces()
            .Replace(Text(arguments[0]), match => Text(arguments[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) + 1])),
        "fromJSON" => Read(JsonNode.Parse(Text(arguments[0]))),
        _ => throw new FormatException($"the function {function} is not known here"),
    };

    static object? Read(JsonNode? json) => json switch
    {
        JsonArray list => list.Select(Read).ToArray(),
        JsonObject members => members.ToDictionary(member => member.Key, member => Read(member.Value)),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.TryGetValue<bool>(out var truth) => truth,
        JsonValue value => value.GetValue<double>(),
        _ => null,
    };

    object? Path(string path)
    {
        object? value = contexts;
        foreach (var name in path.Split('.'))
        {
            value = value is IReadOnlyDictionary<string, object?> members ? members.GetValueOrDefault(name)
                : value is IReadOnlyDictionary<string, string> texts ? texts.GetValueOrDefault(name)
                : null;
        }

        return value;
    }

    bool Take(string token)
    {
        if (next < tokens.Count && tokens[next] == token)
        {
            next++;
            return true;
        }

        return false;
    }

    [GeneratedRegex(@"\$\{\{(.*?)\}\}", RegexOptions.Singleline)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"'(?:[^']|'')*'|\|\||&&|==|!=|[!(),]|[A-Za-z_0-9][A-Za-z0-9_.-]*")]
    private static partial Regex Token();

    [GeneratedRegex(@"\b(always|cancelled|failure|success)\(\)")]
    private static partial Regex StatusFunction();

    [GeneratedRegex(@"\{(\d+)\}")]
    private static partial Regex Braces();
}
