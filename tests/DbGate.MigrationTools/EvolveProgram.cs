using Npgsql;

namespace DbGate.MigrationTools;

/// <summary>Evolve over one folder.</summary>
static class EvolveProgram
{
    public static int Run(string connection, string folder)
    {
        using var database = new NpgsqlConnection(connection);
        try
        {
            new EvolveDb.Evolve(database, Console.WriteLine) { Locations = [folder], IsEraseDisabled = true }.Migrate();
            return 0;
        }
        catch (EvolveDb.EvolveException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }
}
