using System.Security.Cryptography;
using System.Text;
using DbGate.CommandGuard;
using DbGate.Configuration;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>
/// Remembers in a file that pure steps passed without a word, so that a build with nothing changed need not ask again. It keeps what the
/// answer was on (settings, names, the bytes that were read), and holds only while all of it is the same. No deploy believes it.
/// </summary>
/// <param name="path">Absolute path of the file.</param>
/// <param name="clock">States which day it is; null: the real one.</param>
sealed class UpToDateCheck(string path, TimeProvider? clock = null)
{
    const string Heading = "dbgate memory 1";

    static readonly string Library = typeof(UpToDateCheck).Module.ModuleVersionId.ToString();

    /// <summary>The report of the run that passed, when these steps would pass again; else null.</summary>
    /// <exception cref="Problems.GateException">The settings are wrong.</exception>
    public string? Recall(GateInput input, IReadOnlyList<IStep> steps, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!ArePure(steps)
            || Lines() is not [Heading, var library, var digest, var report, .. var asked]
            || library != Library
            || !File.Exists(report))
        {
            return null;
        }

        var settings = input.ReadSettings();
        return digest == Digest(settings, steps, GuardBasis.Now(settings.Root, asked, cancellationToken)) ? report : null;
    }

    /// <summary>Remembers the run, when all of it was pure and passed without a word; else forgets.</summary>
    public void Keep(GateContext context, WrittenReport written, IReadOnlyList<IStep> steps)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(written);
        var passed = ArePure(steps) && written.Report.Verdict == Verdict.Pass && !written.Report.AllProblems.Any();
        try
        {
            if (passed
                && written.Path is { } report
                && context.State.Guard?.Basis is { } basis
                && !basis.Asked.Any(name => name.Contains('\n')))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllLines(path, [Heading, Library, Digest(context.Settings, steps, basis), report, .. basis.Asked]);
            }
            else if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing is remembered; the next build asks again.
        }
    }

    static bool ArePure(IEnumerable<IStep> steps) => steps.All(step => step.Descriptor.IsPure);

    string[]? Lines()
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    string Digest(Settings settings, IEnumerable<IStep> steps, GuardBasis basis)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', steps.Select(step => step.Descriptor.Name)).Append('\n').Append(basis.Digest(IsOwn(settings))).Append('\n');
        foreach (var setting in SettingsCatalog.All.Where(setting => !setting.IsSecret))
        {
            text.Append(setting.Name).Append('=').Append(settings.Find(setting)?.Text).Append('\n');
        }

        foreach (var name in Steps.ForbidDbPushStep.Protections)
        {
            var value = settings.Variables.GetValueOrDefault(name);
            text.Append(name).Append('=').Append(value?.Text).Append(' ').Append(value?.Source).Append('\n');
        }

        // A waiver ends with its day, and so does what was on it.
        text.AppendJoin(
            '\n', settings.Waivers.Select(waiver => $"{waiver} {waiver.HasExpired((clock ?? TimeProvider.System).GetUtcNow())}"))
                .Append('\n');
        text.Append(settings.Section("guard")?.GetRawText());
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Reports and this file come after the inspection, and would make each build see another repository than the last.</summary>
    Func<string, bool> IsOwn(Settings settings)
    {
        string[] own = [Relative(settings.GetPath(GeneralSettings.ReportsFolder)) + "/", Relative(path)];
        return name =>
            own.Any(mine => name == mine
                || (mine.EndsWith('/') && name.StartsWith(mine, StringComparison.Ordinal))
                || (name.EndsWith('/') && mine.StartsWith(name, StringComparison.Ordinal)));

        string Relative(string file) => Path.GetRelativePath(settings.Root, file).Replace('\\', '/');
    }
}
