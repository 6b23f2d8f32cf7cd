using System.Globalization;
using System.Text.RegularExpressions;
using FluentMigrator;
using FluentMigrator.Infrastructure;
using FluentMigrator.Runner;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DbGate.MigrationTools;

/// <summary>
/// FluentMigrator's own runner. A project compiles its migrations; these are read from the text of the same files, because a compiler in
/// each test would take longer than the test.
/// </summary>
static partial class FluentMigratorProgram
{
    public static int Run(string connection, string folder)
    {
        using var services = new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(runner => runner.AddPostgres().WithGlobalConnectionString(connection))
            .AddLogging(log => log.AddFluentMigratorConsole())
            .AddSingleton<IMigrationInformationLoader>(new FromFiles(folder))
            .BuildServiceProvider();
        using var scope = services.CreateScope();
        try
        {
            scope.ServiceProvider.GetRequiredService<IMigrationRunner>().MigrateUp();
            return 0;
        }
        catch (Exception exception) when (exception.GetBaseException() is PostgresException)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    sealed class FromFiles(string folder) : IMigrationInformationLoader
    {
        public SortedList<long, IMigrationInfo> LoadMigrations()
        {
            var found = new SortedList<long, IMigrationInfo>();
            foreach (var file in Directory.GetFiles(folder, "*.cs"))
            {
                var text = File.ReadAllText(file);
                var version = long.Parse(Version().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
                string[] statements = [.. Statement().Matches(text).Select(match => match.Groups[1].Value)];
                found.Add(
                    version,
                    new MigrationInfo(
                        version, Path.GetFileNameWithoutExtension(file), TransactionBehavior.Default, false,
                        () => new FromText(statements)));
            }

            return found;
        }
    }

    sealed class FromText(string[] statements) : ForwardOnlyMigration
    {
        public override void Up()
        {
            foreach (var statement in statements)
            {
                Execute.Sql(statement);
            }
        }
    }

    [GeneratedRegex(@"\[Migration\(([0-9]+)\)\]")]
    private static partial Regex Version();

    [GeneratedRegex("Execute\\.Sql\\(\"([^\"]*)\"\\);")]
    private static partial Regex Statement();
}
