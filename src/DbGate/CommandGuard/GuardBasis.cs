using System.Security.Cryptography;
using System.Text;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard;

/// <summary>
/// What an inspection was on: the names in the repository, and the text of every path that it asked for. The guard reads nothing else, so
/// the same basis gives the same findings.
/// </summary>
sealed class GuardBasis
{
    readonly IReadOnlyList<string> names;
    readonly SortedDictionary<string, string> texts;

    GuardBasis(IReadOnlyList<string> names, SortedDictionary<string, string> texts) => (this.names, this.texts) = (names, texts);

    /// <summary>The paths that it asked for, those that were not there, too.</summary>
    public IReadOnlyCollection<string> Asked => texts.Keys;

    /// <summary>Of an inspection that has ended.</summary>
    public static GuardBasis From(Repository repository) => new(repository.Names(), repository.Texts());

    /// <summary>Of the same paths as they are now.</summary>
    public static GuardBasis Now(string root, IEnumerable<string> asked, CancellationToken cancellationToken)
    {
        var repository = Repository.Walk(root, cancellationToken);
        foreach (var path in asked)
        {
            repository.Read(path);
        }

        return From(repository);
    }

    /// <summary>Lower-case hex SHA-256 of names and texts.</summary>
    /// <param name="own">True for names that DbGate itself writes there: reports, and what it remembers.</param>
    public string Digest(Func<string, bool> own)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in names.Where(name => !own(name)).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
        }

        foreach (var (path, text) in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\n{text}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
