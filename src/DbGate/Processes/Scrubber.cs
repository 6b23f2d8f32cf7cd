using System.Collections.Immutable;

namespace DbGate.Processes;

/// <summary>Replaces secrets in a text by <c>***</c>.</summary>
sealed class Scrubber
{
    const string Mask = "***";

    readonly ImmutableArray<string> secrets;

    /// <summary>Knows these secrets; empty ones are passed over.</summary>
    public Scrubber(IEnumerable<string> secrets) =>
        this.secrets =
            [.. secrets.Where(secret => secret.Length > 0).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];

    /// <summary>The longest secret's length in characters; 0 when there is none.</summary>
    public int Longest => secrets.IsEmpty ? 0 : secrets[0].Length;

    /// <summary>The text without secrets, longest first, so that none is left over as a part of another.</summary>
    public string Scrub(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }
}
