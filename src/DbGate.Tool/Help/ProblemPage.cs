namespace DbGate.Tool.Help;

/// <summary>The page of a problem, as it stands in docs/ of DbGate's repository.</summary>
static class ProblemPage
{
    /// <summary>The page's text; null when there is no such problem.</summary>
    /// <param name="code">"DBG0401", in any case.</param>
    public static string? Of(string code)
    {
        using var page = typeof(ProblemPage).Assembly.GetManifestResourceStream(code.ToUpperInvariant());
        if (page is null)
        {
            return null;
        }

        using var reader = new StreamReader(page);
        return reader.ReadToEnd();
    }
}
