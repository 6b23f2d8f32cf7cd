using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>
/// The rules of a protected place: a file with the keys of <c>dbgate.json</c>, and a list <c>approvers</c>. The commit can ask for stricter
/// values, never for weaker ones.
/// </summary>
static class PolicyFile
{
    const long LongestFile = 1 << 20;

    /// <summary>Reads it.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="root">The project's root.</param>
    /// <param name="files">The files of the commit, which the policy must not be one of.</param>
    /// <exception cref="GateException">DBG0581: it cannot be read, is not valid, or belongs to the commit.</exception>
    public static ProjectFile Read(string path, string root, CommitFiles files)
    {
        if (files.Contains(root, path))
        {
            throw new GateException(RuleProblems.Policy(path, "it belongs to the commit that it would judge"));
        }

        try
        {
            return new FileInfo(path).Length > LongestFile
                ? throw new GateException(RuleProblems.Policy(path, "it is longer than 1 MiB"))
                : ApprovalKeys.Inline(
                    ProjectFile.Parse(File.ReadAllBytes(path), Path.GetFileName(path)),
                    root,
                    key => files.Contains(root, key)
                        ? throw new GateException(RuleProblems.Policy(path, $"its key {key} belongs to the commit that it would judge"))
                        : true);
        }
        catch (GateException exception) when (exception.Problem.Location?.File != path)
        {
            var problem = exception.Problem;
            throw new GateException(
                RuleProblems.Policy(
                    path, $"{problem.Message.Replace(ProjectFile.Name, Path.GetFileName(path), StringComparison.Ordinal)}"), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new GateException(RuleProblems.Policy(path, exception.Message), exception);
        }
    }
}
