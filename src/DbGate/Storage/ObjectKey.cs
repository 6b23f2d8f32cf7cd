namespace DbGate.Storage;

/// <summary>
/// The names that objects may have: segments of ASCII letters, digits and <c>. _ = + -</c>, joined by single slashes, none
/// starting with a dot. So no key is absolute, climbs with <c>..</c>, names a drive, a stream or a hidden file, or means
/// something else in a URL.
/// </summary>
static class ObjectKey
{
    const int LongestKey = 512;
    const int LongestSegment = 200;

    public static string Require(string key) =>
        FaultOf(key) is { } fault ? throw StoresProblems.KeyRefused(key, fault) : key;

    /// <summary>The same for the start of a key, which may be empty or end in the middle of a name.</summary>
    public static string RequirePrefix(string prefix) =>
        prefix.Length == 0 || FaultOf(prefix.EndsWith('/') ? prefix + "x" : prefix) is not { } fault
            ? prefix
            : throw StoresProblems.KeyRefused(prefix, fault);

    public static bool IsValid(string key) => FaultOf(key) is null;

    static string? FaultOf(string key) =>
        key.Length == 0 ? "it is empty"
        : key.Length > LongestKey ? $"it is longer than {LongestKey} characters"
        : key.Split('/').Select(FaultOfSegment).FirstOrDefault(fault => fault is not null);

    static string? FaultOfSegment(string segment) =>
        segment.Length == 0 ? "it starts or ends with a slash, or has two in a row"
        : segment.Length > LongestSegment ? $"a part of it is longer than {LongestSegment} characters"
        : segment[0] == '.' ? "a part of it starts with a dot"
        : segment.All(IsAllowed) ? null
        : "only ASCII letters, digits and . _ = + - are allowed between the slashes";

    static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '=' or '+' or '-';
}
