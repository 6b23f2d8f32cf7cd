using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Releases;
using DbGate.Reports.Html;

namespace DbGate.Reports;

/// <summary>Writes a run's reports into a folder of its own, named by the time of its start.</summary>
static class ReportFolder
{
    /// <summary>
    /// Writes <c>report.json</c>, <c>report.md</c>, <c>report.html</c> and the steps' own files under <c>&lt;folder&gt;/&lt;run&gt;/</c>.
    /// </summary>
    /// <returns>The path of the Markdown report.</returns>
    /// <exception cref="GateException">DBG0011: the folder cannot be written.</exception>
    public static string Write(string folder, GateReport report)
    {
        var run = Path.Combine(folder, $"{report.StartedAt.UtcDateTime:yyyyMMdd_HHmmss_fff}_{report.Environment}");
        try
        {
            var isNew = !Directory.Exists(folder);
            Directory.CreateDirectory(run);
            if (isNew)
            {
                IgnoredFolder.Mark(folder);
            }

            foreach (var file in report.Steps.SelectMany(step => step.Result.Files))
            {
                File.WriteAllText(Path.Combine(run, file.Name), file.Text);
            }

            File.WriteAllText(Path.Combine(run, "report.json"), JsonReport.Render(report));
            File.WriteAllText(Path.Combine(run, "report.html"), ReleasePage.Render(report));
            var markdown = Path.Combine(run, "report.md");
            File.WriteAllText(markdown, MarkdownReport.Render(report));
            return markdown;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(ConfigurationProblems.ReportNotWritten(folder, exception.Message), exception);
        }
    }
}
