using DbGate.Configuration;
using DbGate.Git;
using DbGate.Migrations;
using DbGate.Problems;

namespace DbGate.Gates;

/// <summary>The checkout of a run's project.</summary>
static class ProjectCheckout
{
    /// <summary>Searches for the migrations only when a file of one is named: the guard of a fork's code does not read them.</summary>
    public static Checkout Find(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(Checkout.FolderOf(settings.Root), () => Locate(settings));
    }

    static string? Locate(Settings settings)
    {
        try
        {
            return Path.GetRelativePath(settings.Root, MigrationProject.Locate(settings).MigrationsFolder).Replace('\\', '/');
        }
        catch (Exception exception) when (exception is GateException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // the step that needs the migrations reports what is wrong
        }
    }
}
