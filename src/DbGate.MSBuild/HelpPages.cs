using DbGate.Problems;

namespace DbGate.MSBuild;

/// <summary>The pages about the codes, which the package carries.</summary>
static class HelpPages
{
    static readonly string Package = Path.GetFullPath("../..", Path.GetDirectoryName(typeof(HelpPages).Assembly.Location)!);

    /// <summary>An absolute address that an IDE can open; the page's relative path when the task was not loaded from its package.</summary>
    public static string LinkTo(ProblemCode code)
    {
        var page = Path.Combine(Package, code.HelpPage);
        return File.Exists(page) ? new Uri(page).AbsoluteUri : code.HelpPage;
    }
}
