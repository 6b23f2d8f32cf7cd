using DbGate.Backups.Manifests;
using DbGate.Problems;

namespace DbGate.Restores;

/// <summary>
/// Judges a restored database by its source, not by an ideal: what was already so in the source is a warning, anything new blocks. Pure.
/// </summary>
static class IntegrityVerdict
{
    /// <summary>Judges.</summary>
    /// <param name="integrity">What the restored database violates.</param>
    /// <param name="restored">What is not valid in the restored database.</param>
    /// <param name="source">What was not valid in the source; null when the backup did not record it.</param>
    public static IEnumerable<Problem> Judge(IntegrityReport integrity, SourceState restored, SourceState? source)
    {
        if (integrity.Violations.Where(violation => violation.IsValidated).Select(violation => violation.Message).ToArray() is { Length: > 0 } broken)
        {
            yield return RestoreProblems.Integrity(broken);
        }

        if (integrity.Violations.Where(violation => !violation.IsValidated).Select(violation => violation.Message).ToArray() is { Length: > 0 } legal)
        {
            yield return RestoreProblems.Unvalidated(legal);
        }

        // Validated in the source and not here: the archive's definitions are not the source's.
        if (source is not null && restored.UnvalidatedConstraints.Except(source.UnvalidatedConstraints).ToArray() is { Length: > 0 } weaker)
        {
            yield return RestoreProblems.Differs("Constraints", [.. weaker.Select(name => $"{name} is not validated, in the source it is")]);
        }

        var known = source?.InvalidIndexes ?? [];
        if ((string[])[.. integrity.InvalidIndexes.Except(known).Select(name => $"index {name} is not valid"), .. integrity.DamagedIndexes] is { Length: > 0 } damaged)
        {
            yield return RestoreProblems.Differs("Indexes", damaged);
        }

        if (integrity.InvalidIndexes.Intersect(known).ToArray() is { Length: > 0 } same)
        {
            yield return RestoreProblems.Finding($"Not valid, as in the source: {Shown(same.Select(name => $"index {name}"))}.");
        }

        if (known.Except(restored.InvalidIndexes).ToArray() is { Length: > 0 } left)
        {
            yield return RestoreProblems.Finding($"Not restored, because it is not valid in the source: {Shown(left.Select(name => $"index {name}"))}.");
        }

        // The sequences equal the manifest's, or a difference was reported: they were behind in the source already.
        if (integrity.Behind.Count > 0)
        {
            yield return RestoreProblems.Finding($"Behind, as in the source, so that the next insert fails: {Shown(integrity.Behind)}.");
        }
    }

    static string Shown(IEnumerable<string> all) => RestoreProblems.Some([.. all]);
}
