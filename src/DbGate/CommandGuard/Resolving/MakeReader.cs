using System.Text;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Reads makefiles as far as their recipes: variables are expanded as text, conditionals are all taken.</summary>
static class MakeReader
{
    public static IReadOnlyList<Target> Read(string file, string text, Func<string, string?> include)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["MAKE"] = "make", ["SHELL"] = "sh" };
        var targets = new List<Target>();
        Read(file, text, include, variables, targets, 0);
        return [.. targets.GroupBy(target => target.Name, StringComparer.Ordinal).Select(Merge)];
    }

    static Target Merge(IEnumerable<Target> same)
    {
        var all = same.ToList();
        return all[0] with { Dependencies = [.. all.SelectMany(target => target.Dependencies).Distinct()],
            Recipes = [.. all.SelectMany(target => target.Recipes)] };
    }

    static void Read(string file, string text, Func<string, string?> include, Dictionary<string, string> variables, List<Target> targets,
        int depth)
    {
        var lines = text.Split('\n');
        List<(string Name, int Line, List<string> Needs, List<(string Text, int Line)> Recipe)> open = [];
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].TrimEnd('\r');
            if (line.StartsWith('\t'))
            {
                // Only the first line of a command may have marks; a dash on a line that continues it is an option.
                open.ForEach(target =>
                    target.Recipe.Add((target.Recipe is [.., (var before, _)] && before.EndsWith('\\') ? line[1..].TrimStart() : line[1..]
                    .TrimStart('@', '-', '+', ' ', '\t'), index + 1)));
                continue;
            }

            var start = index;
            while (line.EndsWith('\\') && index + 1 < lines.Length)
            {
                line = line[..^1] + " " + lines[++index].TrimEnd('\r').Trim();
            }

            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            if (Define(trimmed, variables))
            {
                continue;
            }

            if (trimmed.Split(' ', 2) is ["include" or "-include" or "sinclude", var names] && depth < 5)
            {
                foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    if (include(name) is { } included)
                    {
                        Read(RepositoryPath.Resolve(RepositoryPath.Folder(file), name) ?? file, included, include, variables, targets,
                            depth + 1);
                    }
                }

                continue;
            }

            if (trimmed.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                open.ForEach(Close);
                var rest = trimmed[(colon + 1)..].TrimStart(':');
                var comment = rest.IndexOf('#', StringComparison.Ordinal);
                var recipe = rest.Split(';', 2);
                var needs = (comment >= 0 ? recipe[0].Split('#')[0] : recipe[0])
                    .Split([' ', '\t', '|'], StringSplitOptions.RemoveEmptyEntries).Select(need => Expand(need, variables, 0)).ToList();
                open = [.. trimmed[..colon].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
                    .Select(name => (Expand(name, variables, 0), start + 1, needs, new List<(string, int)>()))];
                if (recipe.Length > 1 && (comment < 0 || comment > recipe[0].Length))
                {
                    open.ForEach(target => target.Recipe.Add((recipe[1].Trim(), start + 1)));
                }
            }
        }

        open.ForEach(Close);

        void Close((string Name, int Line, List<string> Needs, List<(string Text, int Line)> Recipe) target)
        {
            if (target.Name != ".PHONY")
            {
                targets.Add(new Target(target.Name, file, target.Line, target.Needs, Recipe(file, target.Recipe, variables)));
            }
        }
    }

    static bool Define(string line, Dictionary<string, string> variables)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (equals <= 0 || (colon >= 0 && colon < equals - 3) || (colon >= 0 && colon < equals && line[colon..equals].Any(c => c != ':')))
        {
            return false;
        }

        var words = line[..equals].TrimEnd(':', '?', '+', '!', ' ', '\t').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words.Length > 2)
        {
            return false;
        }

        var (name, value) = (words[^1], line[(equals + 1)..].Trim());
        variables[name] = line[equals - 1] == '+' && variables.TryGetValue(name, out var known) ? $"{known} {value}"
            : line[equals - 1] == '?' && variables.TryGetValue(name, out known) ? known : value;
        return true;
    }

    /// <summary>All lines of a recipe as one text; each is a shell of its own, so a <c>cd</c> holds for its line only.</summary>
    static IReadOnlyList<SourceText> Recipe(string file, List<(string Text, int Line)> lines, Dictionary<string, string> variables)
    {
        var recipes = new List<SourceText>();
        for (var index = 0; index < lines.Count; index++)
        {
            var text = new StringBuilder();
            var map = new List<(int, int)>();
            do
            {
                map.Add((text.Length, lines[index].Line));
                var line = lines[index].Text;
                while (line.EndsWith('\\') && HasOpenFunction(line) && index + 1 < lines.Count)
                {
                    line = $"{line[..^1]} {lines[++index].Text.TrimStart()}";
                }

                text.Append(Expand(line, variables, 0)).Append('\n');
            }
            while (lines[index].Text.EndsWith('\\') && ++index < lines.Count);

            recipes.Add(SourceText.Mapped(file, text.ToString(), map));
        }

        return recipes;
    }

    /// <summary>True for a line whose call of a function ends on a later one.</summary>
    static bool HasOpenFunction(string line)
    {
        var at = line.LastIndexOf("$(foreach", StringComparison.Ordinal);
        return at >= 0 && Closing(line, at + 1) < 0;
    }

    /// <summary>The bracket that closes one, with those between them; -1 for none.</summary>
    static int Closing(string text, int open)
    {
        var (depth, closing) = (0, text[open] == '(' ? ')' : '}');
        for (var index = open; index < text.Length; index++)
        {
            depth += text[index] == text[open] ? 1 : text[index] == closing ? -1 : 0;
            if (depth == 0)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>
    /// A function of make: the text that it yields for a shell where that is written in it, else a value that is not known.
    /// <c>$(foreach a,list,text)</c> yields its text, <c>$(call NAME,…)</c> that of a variable.
    /// </summary>
    static string Function(string call, Dictionary<string, string> variables, int depth)
    {
        var parts = call.Split([' ', ','], 2);
        var arguments = parts[1].Split(',', parts[0] == "foreach" ? 3 : 2);
        return parts[0] switch
        {
            "foreach" when arguments.Length == 3 => Expand(arguments[2].Trim(), variables, depth),
            "call" when variables.TryGetValue(arguments[0].Trim(), out var body) => Expand(body, variables, depth),
            "strip" => Expand(parts[1].Trim(), variables, depth),
            _ => "${_value_of_make}",
        };
    }

    static string Expand(string text, Dictionary<string, string> variables, int depth)
    {
        if (!text.Contains('$', StringComparison.Ordinal) || depth > 10 || text.Length > 100_000)
        {
            return text;
        }

        var result = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '$' || index + 1 >= text.Length)
            {
                result.Append(text[index]);
            }
            else if (text[index + 1] == '$')
            {
                result.Append('$');
                index++;
            }
            else if (text[index + 1] is '(' or '{' && Closing(text, index + 1) is > 0 and var close)
            {
                var name = text[(index + 2)..close];
                result.Append(variables.TryGetValue(name, out var value) ? Expand(value, variables, depth + 1)
                    : name.AsSpan().IndexOfAny(' ', ',') >= 0 ? Function(name, variables, depth + 1)
                    : "${" + new string([.. name.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_')]) + "}");
                index = close;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }
}
