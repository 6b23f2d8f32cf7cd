using System.Text.Json;

namespace DbGate.Configuration;

/// <summary>
/// Finds the line of a member in a JSON text by its path, so that a member of the same name elsewhere is not meant. Pure.
/// </summary>
static class JsonLines
{
    /// <summary>One-based line of the member's name; null when there is none. A member whose name has dots is found too.</summary>
    /// <param name="path">The names from the root on.</param>
    /// <param name="utf8">The text; comments and trailing commas are allowed.</param>
    public static int? From(IReadOnlyList<string> path, ReadOnlySpan<byte> utf8)
    {
        var wanted = string.Join('.', path);
        var reader =
            new Utf8JsonReader(
                utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 });
        var names = new List<string>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                names.RemoveRange(Math.Min(names.Count, reader.CurrentDepth - 1), Math.Max(0, names.Count - (reader.CurrentDepth - 1)));
                names.Add(reader.GetString()!);
                if (names.Count == reader.CurrentDepth && string.Join('.', names) == wanted)
                {
                    return utf8[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
                }
            }
        }
        catch (JsonException)
        {
            // Who parses it reports that.
        }

        return null;
    }
}
