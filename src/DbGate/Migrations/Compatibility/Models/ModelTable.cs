namespace DbGate.Migrations.Compatibility.Models;

/// <summary>A column as the application's model has it.</summary>
/// <param name="Name">Its name in the database.</param>
sealed record ModelColumn(string Name)
{
    /// <summary>An INSERT of the application can leave it out.</summary>
    public bool IsLeftOut { get; init; }

    /// <summary>The server computes it: it is read and never written.</summary>
    public bool IsComputed { get; init; }

    /// <summary>It is part of the key.</summary>
    public bool IsKey { get; init; }
}

/// <summary>A table or view as the application's model has it.</summary>
/// <param name="Schema">Null where the search path decides.</param>
/// <param name="Name">Its name in the database.</param>
/// <param name="Columns">Those that the application reads.</param>
sealed record ModelTable(string? Schema, string Name, IReadOnlyList<ModelColumn> Columns)
{
    /// <summary>A view: it is only read.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>An INSERT names every column, and writes DEFAULT for those that it leaves out.</summary>
    public bool ListsAll { get; init; }
}
