using DbUp;
using DbUp.Engine;

namespace DbGate.MigrationTools;

/// <summary>DbUp as its documentation starts it: no transaction, the usual journal.</summary>
static class DbUpProgram
{
    /// <param name="connection">The database.</param>
    /// <param name="folder">The scripts.</param>
    /// <param name="prefix">What their names as embedded resources begin with.</param>
    public static int Run(string connection, string folder, string prefix)
    {
        var scripts = Directory.GetFiles(folder, "*.sql")
            .Select(file => new SqlScript(prefix + Path.GetFileName(file), File.ReadAllText(file)));
        var result = DeployChanges.To.PostgresqlDatabase(connection).WithScripts(scripts).LogToConsole().Build().PerformUpgrade();
        return result.Successful ? 0 : 1;
    }
}
