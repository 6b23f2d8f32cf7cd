namespace DbGate.Statements.Parsing;

/// <summary>A column's type by PostgreSQL's own name for it.</summary>
/// <param name="Name">Lower case unless quoted; aliases resolved (<c>int4</c> is <c>integer</c>).</param>
/// <param name="First">Length or precision.</param>
/// <param name="Second">Scale.</param>
/// <param name="IsArray">Of whatever dimensions.</param>
sealed record SqlType(string Name, int? First = null, int? Second = null, bool IsArray = false)
{
    public bool IsSerial => Name is "smallserial" or "serial" or "bigserial";

    public override string ToString() =>
        (First, Second) switch
        {
            (null, _) => Name,
            (_, null) => $"{Name}({First})",
            _ => $"{Name}({First},{Second})",
        } + (IsArray ? "[]" : "");

    public static string Canonical(string name) => name switch
    {
        "int" or "int4" => "integer",
        "int8" => "bigint",
        "int2" => "smallint",
        "serial4" => "serial",
        "serial8" => "bigserial",
        "serial2" => "smallserial",
        "character varying" => "varchar",
        "character" or "bpchar" => "char",
        "decimal" or "dec" => "numeric",
        "float4" => "real",
        "float8" or "float" => "double precision",
        "bool" => "boolean",
        "bit varying" => "varbit",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        _ => name,
    };
}
