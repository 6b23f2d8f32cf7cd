using System.Globalization;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Cli.Help;

/// <summary>The pages of problems, which the tool contains.</summary>
static class ProblemPage
{
    /// <summary>"DBG" and the two digits of a subject.</summary>
    const int SubjectLength = 5;

    static IEnumerable<string> Codes => typeof(ProblemPage).Assembly.GetManifestResourceNames().Where(IsCode);

    /// <summary>True for a text that is meant as a problem's code, whether or not the problem exists.</summary>
    public static bool IsCode(string text) =>
        text.StartsWith("DBG", StringComparison.OrdinalIgnoreCase) && text.Length > 3
            && text.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>The page's text; null when there is no such problem.</summary>
    /// <param name="code">"DBG0401", in any case.</param>
    public static string? Find(string code)
    {
        if (!IsCode(code) || typeof(ProblemPage).Assembly.GetManifestResourceStream(code.ToUpperInvariant()) is not { } page)
        {
            return null;
        }

        using var reader = new StreamReader(page);
        return reader.ReadToEnd();
    }

    /// <summary>The pages of several problems, in the order of the codes, an empty line between them.</summary>
    /// <exception cref="GateException">DBG0076: no code is named, or one of them does not exist. None is printed then.</exception>
    public static string Explain(IReadOnlyList<string> codes) => codes.Count == 0
        ? throw new GateException(CommandLineProblems.NoCode())
        : string.Join(
            '\n',
            codes.Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(code => Find(code) ?? throw new GateException(CommandLineProblems.UnknownCode(code, Nearest(code, [.. Codes])))));

    /// <summary>
    /// The code that was probably meant: the one with the closest number and the same subject, or else the one with the fewest changes.
    /// Null when the text resembles none.
    /// </summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="codes">The codes that exist.</param>
    public static string? Nearest(string typed, IReadOnlyList<string> codes)
    {
        var name = typed.ToUpperInvariant();
        var digits = name.StartsWith("DBG", StringComparison.Ordinal) ? name[3..] : name;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return NearestName.From(name, codes);
        }

        var whole = $"DBG{number:0000}";
        string[] ofSubject = [.. codes.Where(code => string.CompareOrdinal(code, 0, whole, 0, SubjectLength) == 0)];
        return ofSubject.Length > 0 ? Closest(ofSubject, number) : NearestName.From(name, codes) ?? Closest(codes, number);
    }

    static string? Closest(IEnumerable<string> codes, int number) =>
        codes.MinBy(code => (Math.Abs(int.Parse(code.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture) - number), code));
}
