using DbGate.Backups.Manifests;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

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
        if (integrity.Violations.Where(violation => violation.IsValidated)
            .Select(violation => violation.Message)
            .ToArray() is { Length: > 0 } broken)
        {
            yield return RestoreProblems.Integrity(broken);
        }

        // The rows are those of the source, or a difference was reported: the source had the orphans, under a key that it never checked
        // them with.
        var weaker = source is null ? [] : restored.UnvalidatedConstraints.Except(source.UnvalidatedConstraints).ToArray();
        var (weakened, legal) =
            (integrity.Violations.Where(Weakened).ToArray(),
                integrity.Violations.Where(one => !one.IsValidated && !Weakened(one)).ToArray());
        if (legal.Length > 0)
        {
            yield return RestoreProblems.Unvalidated([.. legal.Select(violation => violation.Message)]);
        }

        if (weakened.Length > 0)
        {
            yield return RestoreProblems.Orphans([.. weakened.Select(violation => violation.Message)]);
        }

        // Validated in the source and not here, and no row violates it: the archive's definitions are not the source's.
        weaker = [.. weaker.Except(weakened.Select(violation => violation.Constraint))];
        if (weaker.Length > 0)
        {
            yield return RestoreProblems.Differs(
                "Constraints", [.. weaker.Select(name => $"{name} is not validated, in the source it is")]);
        }

        var known = source?.InvalidIndexes ?? [];
        if ((string[])[
            .. integrity.InvalidIndexes.Except(known).Select(name => $"index {name} is not valid"),
            .. integrity.DamagedIndexes] is { Length: > 0 } damaged)
        {
            yield return RestoreProblems.Differs("Indexes", damaged);
        }

        if (integrity.InvalidIndexes.Intersect(known).ToArray() is { Length: > 0 } same)
        {
            yield return RestoreProblems.Finding($"Not valid, as in the source: {Shown(same.Select(name => $"index {name}"))}.");
        }

        if (known.Except(restored.InvalidIndexes).ToArray() is { Length: > 0 } left)
        {
            yield return RestoreProblems.Finding(
                $"Not restored, because it is not valid in the source: {Shown(left.Select(name => $"index {name}"))}.");
        }

        // The sequences equal the manifest's, or a difference was reported: they were behind in the source already.
        if (integrity.Behind.Count > 0)
        {
            yield return RestoreProblems.Finding($"Behind, as in the source, so that the next insert fails: {Shown(integrity.Behind)}.");
        }

        bool Weakened(Violation violation) => !violation.IsValidated && violation.IsForeignKey && weaker.Contains(violation.Constraint);
    }

    static string Shown(IEnumerable<string> all) => RestoreProblems.Some([.. all]);
}
