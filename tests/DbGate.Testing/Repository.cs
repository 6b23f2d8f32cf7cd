namespace DbGate.Testing;

/// <summary>This repository, found from where the tests run.</summary>
public static class Repository
{
    /// <summary>The folder of <c>DbGate.sln</c>.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    static string Find(string from) =>
        File.Exists(Path.Combine(from, "DbGate.sln"))
            ? from
            : Find(Path.GetDirectoryName(from) ?? throw new InvalidOperationException("DbGate.sln stands in no parent folder."));
}
