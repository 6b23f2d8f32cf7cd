namespace DbGate.Problems;

/// <summary>
/// A numbered kind of problem. Each room declares its codes as static fields of its <c>…Problems</c> class;
/// a test demands that ids are unique and that <c>docs/problems/&lt;id&gt;.md</c> exists.
/// </summary>
/// <param name="Id">"DBG" and four digits: 00 usage and environment, 01 production safety, 02 migrations, 03 backups,
/// 04 command guard, 05 plan, approval and deploy, 06 readiness, 07 restore, 08 protection, 09 publishing.</param>
/// <param name="Title">What is wrong, in a few words, the same for every occurrence.</param>
/// <param name="ExitCode">What the process ends with when this problem blocks.</param>
public sealed record ProblemCode(string Id, string Title, ExitCode ExitCode)
{
    /// <summary>True when a proof is missing or broken: evidence, a signature, an identity, the protection. No waiver covers it.</summary>
    public bool IsProof { get; init; }

    /// <summary>The page that helps the person who has this problem.</summary>
    public string HelpPage => $"docs/problems/{Id}.md";

    /// <summary>The page's address on the web; null in a build that does not know where it comes from.</summary>
    public string? Url => ProblemPages.Own.UrlOf(Id);

    /// <summary>The page's address, or its path in the repository where there is none.</summary>
    internal string Page => Url ?? HelpPage;

    /// <inheritdoc/>
    public override string ToString() => Id;
}
