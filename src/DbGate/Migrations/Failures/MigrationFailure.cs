using DbGate.Problems;

namespace DbGate.Migrations.Failures;

/// <summary>A migration that failed, at a rehearsal or in a deploy, with its text.</summary>
/// <param name="Migration">Its name.</param>
/// <param name="Sql">Its file.</param>
/// <param name="Place">Where; null when no one told.</param>
/// <param name="Words">The server's.</param>
sealed record MigrationFailure(string Migration, string Sql, FailurePlace? Place, string Words)
{
    /// <summary>The SQL around it; null when the place is not known.</summary>
    public SourceExcerpt? Excerpt => Place is null ? null : SourceExcerpt.From(Sql, Place.Line);

    /// <summary>"at statement 3, line 12".</summary>
    public string? At => Place is null ? null : $"{(Place.IsCertain ? "" : "probably ")}at statement {Place.Statement}, line {Place.Line}";
}
