namespace DbGate.Statements.Parsing;

/// <summary>An object's name as a statement writes it, folded as the server does.</summary>
/// <param name="Schema">Null when the search path decides.</param>
/// <param name="Name">Without quotes.</param>
sealed record QualifiedName(string? Schema, string Name)
{
    /// <summary>Whether both can mean the same object: an unqualified name may mean one in any schema.</summary>
    public bool MayBe(QualifiedName other) =>
        Name == other.Name && (Schema is null || other.Schema is null || Schema == other.Schema);

    public override string ToString() => Schema is null ? Quote(Name) : $"{Quote(Schema)}.{Quote(Name)}";

    public static string Quote(string name) =>
        name.Length > 0
            && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_')
            && !char.IsAsciiDigit(name[0])
            ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
