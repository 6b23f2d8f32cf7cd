namespace DbGate.CommandGuard.Shell;

/// <summary>
/// An argument as the command would get it. Parts that cannot be known are one <see cref="Unknown"/> character each. A class: collections
/// of
/// it share code that is compiled ahead of time, which the hook of coding agents needs to answer in time.
/// </summary>
/// <param name="Text">The value.</param>
/// <param name="Raw">How it is written.</param>
sealed record Argument(string Text, string Raw)
{
    /// <summary>Stands for a value that is not known before the command runs.</summary>
    public const char Unknown = '\uFFFC';

    public Argument(string text)
        : this(text, text)
    {
    }

    public bool IsKnown => !Text.Contains(Unknown, StringComparison.Ordinal);

    /// <summary>The last segment of a path, without the extension that Windows adds.</summary>
    public string Name
    {
        get
        {
            var name = Text[(Text.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
            foreach (var extension in (ReadOnlySpan<string>)[".cmd", ".exe", ".ps1", ".bat"])
            {
                if (name.Length > extension.Length && name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                {
                    return name[..^extension.Length];
                }
            }

            return name;
        }
    }

    public override string ToString() => Raw;
}
