using System.Security.Cryptography;
using DbGate.Configuration;
using DbGate.Migrations.Deploy;
using DbGate.Problems;

namespace DbGate.Releases.Plans;

/// <summary>The files that the deploy command names, by content: the bundle that was rehearsed is the one that is deployed.</summary>
static class CommandPrograms
{
    /// <summary>Null for the direct engine, and for a command that names no file.</summary>
    public static IReadOnlyList<PromisedProgram>? Read(Settings settings)
    {
        if (settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct)
        {
            return null;
        }

        try
        {
            PromisedProgram[] programs =
            [
                .. CommandLineSplitter.Split(PlannedEngine.From(settings)).Distinct(StringComparer.Ordinal)
                    .Where(word => File.Exists(Path.Combine(settings.Root, word)))
                    .Select(word => new PromisedProgram(word, Digest(Path.Combine(settings.Root, word)))),
            ];
            return programs is [] ? null : programs;
        }
        catch (GateException)
        {
            return null; // what cannot be started is reported where it is started
        }
    }

    static string Digest(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
