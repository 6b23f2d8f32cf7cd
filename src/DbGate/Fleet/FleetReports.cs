using DbGate.Problems;

namespace DbGate.Fleet;

/// <summary>
/// The reports of a fleet in a folder: <c>&lt;folder&gt;/&lt;database&gt;/…/report.json</c>, as each run wrote them with
/// <c>--reports-folder</c>.
/// </summary>
static class FleetReports
{
    const int LongestReport = 16 << 20;

    /// <summary>The newest run of each database; <c>Unread</c> are files that are no report.</summary>
    /// <exception cref="GateException">DBG0574: the folder cannot be read.</exception>
    public static (IReadOnlyList<FleetRun> Runs, IReadOnlyList<string> Unread) Read(string folder)
    {
        var (runs, unread) = (new Dictionary<string, FleetRun>(StringComparer.OrdinalIgnoreCase), new List<string>());
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "report.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var relative = Path.GetRelativePath(folder, file).Replace('\\', '/');
                var name = relative.Split('/')[0];
                if (name == "report.json"
                    || new FileInfo(file).Length > LongestReport
                    || FleetRun.Read(name, File.ReadAllBytes(file), relative) is not { } run)
                {
                    unread.Add(relative);
                }
                else if (!runs.TryGetValue(name, out var known) || known.FinishedAt < run.FinishedAt)
                {
                    runs[name] = run;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(FleetProblems.Reports(folder, exception.Message), exception);
        }

        return ([.. runs.Values.OrderBy(run => run.Name, StringComparer.Ordinal)], unread);
    }
}
