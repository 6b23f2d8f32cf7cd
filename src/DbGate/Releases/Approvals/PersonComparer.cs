namespace DbGate.Releases.Approvals;

/// <summary>Two spellings of one name are equal.</summary>
sealed class PersonComparer : IEqualityComparer<string>
{
    public static PersonComparer Instance { get; } = new();

    public bool Equals(string? x, string? y) => x is null || y is null ? x == y : PersonName.AreSame(x, y);

    public int GetHashCode(string obj) => PersonName.Fold(obj).GetHashCode(StringComparison.Ordinal);
}
