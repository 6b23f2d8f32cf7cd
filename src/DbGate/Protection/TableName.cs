using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>A table as the server names it.</summary>
sealed record TableName(string Schema, string Name)
{
    /// <summary>Quoted.</summary>
    public override string ToString() => Sql.Identifier(Schema, Name);
}
