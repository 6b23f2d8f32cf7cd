using System.Collections;
using System.Collections.Frozen;

namespace DbGate.Processes;

/// <summary>Decides which variables a child gets.</summary>
static class ChildEnvironment
{
    static readonly FrozenSet<string> Allowed = FrozenSet.Create(
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal,
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ", "TMPDIR", "TMP", "TEMP",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",
        "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramFiles",
        "ProgramData");

    public static IEnumerable<KeyValuePair<string, string>> For(ChildCommand command, IDictionary own)
    {
        foreach (DictionaryEntry entry in own)
        {
            var (name, value) = ((string)entry.Key, (string?)entry.Value ?? "");
            var passes = command.EnvironmentBase == EnvironmentBase.Clean
                ? Allowed.Contains(name)
                : !command.Secrets.Any(secret => secret.Length > 0 && value.Contains(secret, StringComparison.Ordinal));
            if (passes && !command.Environment.ContainsKey(name))
            {
                yield return new(name, value);
            }
        }

        foreach (var (name, value) in command.Environment)
        {
            if (value is not null)
            {
                yield return new(name, value);
            }
        }
    }
}
