using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Tools;

/// <summary>A call of a tool, with its options distinguished from its words.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Words">The words, in order.</param>
/// <param name="Options">The options with their values, where they have one.</param>
sealed record ToolCall(Tool Tool, IReadOnlyList<Argument> Words, IReadOnlyList<ToolOption> Options)
{
    /// <summary>An argument may be any option: its value is not known before the call.</summary>
    public bool HasUnknown { get; private init; }

    /// <summary>An option came before the first word.</summary>
    public string? OptionBeforeWords { get; private init; }

    /// <summary>The readings that the arguments allow: an option that is not known may take the next word as its value.</summary>
    public static IEnumerable<ToolCall> Readings(Tool tool, IReadOnlyList<Argument> arguments)
    {
        var first = Read(tool, arguments, false, out var isAmbiguous);
        yield return first;
        if (isAmbiguous)
        {
            yield return Read(tool, arguments, true, out _);
        }
    }

    /// <summary>The value of the first of the options that is there.</summary>
    public string? Value(IReadOnlyList<string> names) => Options.Where(option => names.Contains(option.Name))
        .Select(option => option.Value).FirstOrDefault(value => value is not null);

    public IEnumerable<string> Values(IReadOnlyList<string> names) => Options.Where(option => names.Contains(option.Name))
        .Select(option => option.Value).OfType<string>();

    public bool Has(IReadOnlyList<string> names) => Options.Any(option => names.Contains(option.Name));

    static ToolCall Read(Tool tool, IReadOnlyList<Argument> arguments, bool unknownTakeValue, out bool isAmbiguous)
    {
        isAmbiguous = false;
        var clusters = !tool.ValueOptions.Concat(tool.UrlOptions).Any(option => option.Length > 2 && option[0] == '-' && option[1] != '-');
        var (words, options, unknown) = (new List<Argument>(), new List<ToolOption>(), false);
        string? early = null;
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            var text = argument.Text;
            unknown |= !argument.IsKnown;
            if (text == "--")
            {
                continue;
            }

            if (text.Length < 2 || text[0] is not ('-' or '/') || (text[0] == '/' && !IsSlashOption(tool, text)))
            {
                words.Add(Normal(tool, argument));
                continue;
            }

            early ??= words.Count == 0 ? text : null;
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                options.Add(new(text[..equals], text[(equals + 1)..]));
            }
            else if (tool.ValueOptions.Contains(text) || tool.UrlOptions.Contains(text))
            {
                options.Add(new(text, index + 1 < arguments.Count ? arguments[++index].Text : null));
            }
            else if (clusters && text[1] != '-' && text.Length > 2 && tool.ValueOptions.Contains(text[..2]))
            {
                options.Add(new(text[..2], text[2..]));
            }
            else
            {
                options.Add(new(text, null));
                if (clusters && text[1] != '-' && text.Length > 2)
                {
                    options.AddRange(text[1..].Where(char.IsAsciiLetter).Select(letter => new ToolOption($"-{letter}", null)));
                }

                if (index + 1 < arguments.Count && arguments[index + 1].Text is { Length: > 0 } next && next[0] != '-')
                {
                    isAmbiguous = true;
                    if (unknownTakeValue)
                    {
                        options[^1] = new(text, next);
                        index++;
                    }
                }
            }
        }

        return new ToolCall(tool, words, options) { HasUnknown = unknown, OptionBeforeWords = early };
    }

    static bool IsSlashOption(Tool tool, string text) => tool.Rules.Any(rule => rule.Pattern.Text.Contains(text, StringComparison.Ordinal));

    /// <summary><c>db:drop,</c> of <c>mix do</c> and <c>task[argument]</c> of rake are the task.</summary>
    static Argument Normal(Tool tool, Argument argument)
    {
        if (!tool.EachWord)
        {
            return argument;
        }

        var text = argument.Text.TrimEnd(',');
        return argument with { Text = text.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket ? text[..bracket] : text };
    }
}

/// <summary>An option of a call, with its value where it has one.</summary>
sealed record ToolOption(string Name, string? Value);
