using DbGate.MigrationTools;

// <tool> <folder> [name prefix of DbUp's scripts]; the database comes from the variable that a deploy sets.
var connection = Environment.GetEnvironmentVariable("ConnectionStrings__DefaultConnection")
    ?? throw new InvalidOperationException("ConnectionStrings__DefaultConnection is not set.");
var folder = Path.GetFullPath(args[1]);
return args[0] switch
{
    "dbup" => DbUpProgram.Run(connection, folder, args[2]),
    "evolve" => EvolveProgram.Run(connection, folder),
    "fluentmigrator" => FluentMigratorProgram.Run(connection, folder),
    _ => throw new ArgumentException($"{args[0]} is not one of dbup, evolve and fluentmigrator."),
};
