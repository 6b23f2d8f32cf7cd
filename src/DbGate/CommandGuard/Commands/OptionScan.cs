using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Commands;

/// <summary>Steps over a command's options to its first operand.</summary>
sealed class OptionScan
{
    OptionScan(Argument[] rest, List<ScannedOption> options, bool isSeparated) =>
        (Rest, Options, IsSeparated) = (rest, options, isSeparated);

    /// <summary>The first operand and all that follows.</summary>
    public Argument[] Rest { get; }

    /// <summary>The options that were stepped over; without a value, the value is empty.</summary>
    public IReadOnlyList<ScannedOption> Options { get; }

    /// <summary>True when <c>--</c> ended the options.</summary>
    public bool IsSeparated { get; }

    public static OptionScan From(IReadOnlyList<Argument> arguments, int start, params string[] withValue)
    {
        var options = new List<ScannedOption>();
        for (var index = start; index < arguments.Count; index++)
        {
            var text = arguments[index].Text;
            if (text == "--")
            {
                return new OptionScan([.. arguments.Skip(index + 1)], options, true);
            }

            if (text.Length < 2 || text[0] != '-')
            {
                return new OptionScan([.. arguments.Skip(index)], options, false);
            }

            if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                options.Add(new(text[..equals], new Argument(text[(equals + 1)..])));
            }
            else if (withValue.Contains(text, StringComparer.Ordinal) && index + 1 < arguments.Count)
            {
                options.Add(new(text, arguments[++index]));
            }
            else
            {
                options.Add(new(text, new Argument("")));
            }
        }

        return new OptionScan([], options, false);
    }

    public bool Has(params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in Options)
        {
            if (names.Contains(name))
            {
                return true;
            }
        }

        return false;
    }

    public Argument? Value(params ReadOnlySpan<string> names)
    {
        foreach (var (name, value) in Options)
        {
            if (names.Contains(name) && value.Text.Length > 0)
            {
                return value;
            }
        }

        return null;
    }

    public IEnumerable<string> Values(params string[] names) =>
        Options.Where(option => names.Contains(option.Name, StringComparer.Ordinal) && option.Value.Text.Length > 0)
            .Select(option => option.Value.Text);
}

/// <summary>An option that was stepped over.</summary>
sealed record ScannedOption(string Name, Argument Value);
