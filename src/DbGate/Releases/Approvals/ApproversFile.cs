using DbGate.Problems;

namespace DbGate.Releases.Approvals;

/// <summary>
/// Who may approve, in a file of its own, which a protected branch keeps from those who ask: one name a line, <c>#</c> begins a remark, and
/// an <c>@</c> before a name is passed over.
/// </summary>
static class ApproversFile
{
    const int LongestFile = 1 << 20;

    /// <exception cref="GateException">DBG0570: it cannot be read, or names no one.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        try
        {
            return new FileInfo(path).Length > LongestFile
                ? throw new GateException(EvidenceProblems.Approvers(path, "it is longer than 1 MiB"))
                : Parse(File.ReadAllText(path)) is { Count: > 0 } names
                    ? names
                    : throw new GateException(EvidenceProblems.Approvers(path, "it names no person"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new GateException(EvidenceProblems.Approvers(path, exception.Message), exception);
        }
    }

    public static IReadOnlyList<string> Parse(string text) =>
    [
        .. text.Split('\n')
            .Select(line => line.Split('#')[0].Trim().TrimStart('@'))
            .Where(name => name.Length > 0)
            .Distinct(PersonComparer.Instance),
    ];
}
