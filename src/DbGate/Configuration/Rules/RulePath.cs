using System.Text;

namespace DbGate.Configuration.Rules;

/// <summary>Names of rules: the keys on the way to a value, with dots between. A dot or a backslash in a key is escaped.</summary>
static class RulePath
{
    public static string Join(IReadOnlyList<string> keys) =>
        string.Join(
            '.', keys.Select(key => key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(".", "\\.", StringComparison.Ordinal)));

    public static IReadOnlyList<string> Split(string name)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length)
            {
                key.Append(name[++i]);
            }
            else if (name[i] == '.')
            {
                keys.Add(key.ToString());
                key.Clear();
            }
            else
            {
                key.Append(name[i]);
            }
        }

        return [.. keys, key.ToString()];
    }
}
