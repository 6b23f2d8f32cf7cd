using DbGate.Problems;

namespace DbGate.Postgres;

/// <summary>What can be wrong with a connection string of .NET. No text quotes a value.</summary>
static partial class PostgresProblems
{
    const string ConnectionStringShape = "Host=HOST;Port=5432;Database=DATABASE;Username=USER;Password=PASSWORD";

    internal static GateException ConnectionStringSyntax(string source) =>
        new(new(MalformedUrl, $"The connection string in {source} cannot be read")
    {
        Cause = "A part between two semicolons is not KEY=VALUE, or a quotation mark is not closed",
        State = DatabaseState.NotContacted,
        Fix = "Put a password with ; or = or a quotation mark into double quotation marks, and write each \" in it twice: "
            + "Password=\"a;b\"\"c\"",
    });

    internal static GateException ConnectionStringUnknownKey(string source, string key) =>
        new(new(UrlParameterValue, $"The connection string in {source} has {key} that Npgsql does not know")
    {
        Cause = "Npgsql refuses such a string; a password with a semicolon that is not quoted looks the same",
        State = DatabaseState.NotContacted,
        Fix = $"Correct or remove the key in {source}. Put a password with ; into double quotation marks: Password=\"a;b\"",
    });

    internal static GateException ConnectionStringKey(string source, string key) =>
        new(new(UrlParameterValue, $"The connection string in {source} has the key {key}, which DbGate cannot use")
    {
        Cause = $"pg_dump, psql and the migration command have no equivalent of {key} with this value",
        State = DatabaseState.NotContacted,
        Fix = $"Set a variable for DbGate that does not have {key}, and name it with --database-url-variable",
    });

    internal static GateException ConnectionStringPartMissing(string source, string key) =>
        new(new(IncompleteUrl, $"The connection string in {source} has no {key}")
    {
        Cause = "A default could be another database than you mean",
        State = DatabaseState.NotContacted,
        Fix = $"Write {source} as {ConnectionStringShape}",
    });
}
