using System.Security.Cryptography;
using System.Text;
using DbGate.Backups.Manifests;
using DbGate.Releases;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Publishing;

/// <summary>A draft that waits for a later run.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Draft">What the publisher wrote; null when it cannot be trusted.</param>
sealed record PendingPublication(string Name, string? Draft);

/// <summary>
/// Drafts that could not be published: a folder on this machine, and the store of the backups, which also a run on another machine sees.
/// A store never overwrites and its writers may lack the right to delete, so a published draft is marked by an object next to it.
/// </summary>
/// <param name="folder">The folder on this machine.</param>
/// <param name="store">The store; null where there is none.</param>
/// <param name="key">What signs. With a key, drafts without its signature are not published: their text would speak in DbGate's
/// name.</param>
sealed class PendingPublications(string folder, IObjectStore? store, SigningKey? key)
{
    const string Prefix = "unpublished/";
    const string Extension = ".json";
    const string DoneExtension = ".done";
    const int LongestDraft = 4 << 20;

    /// <summary>Keeps a draft on this machine; false when that cannot be done.</summary>
    public bool KeepHere(string name, string draft)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, name), Sign(draft).ToArray());
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Keeps a draft in the store; false when there is none, or it does not take it.</summary>
    public async Task<bool> KeepInStoreAsync(string name, string draft, CancellationToken cancellationToken)
    {
        try
        {
            if (store is null)
            {
                return false;
            }

            await store.WriteBytesAsync(Prefix + name, Sign(draft), cancellationToken);
            return true;
        }
        catch (GateException exception)
        {
            return exception.Problem.Code == StoresProblems.ObjectExistsCode;
        }
    }

    /// <summary>Every draft of a publisher that waits, the oldest first: their names begin with their time.</summary>
    public async Task<IReadOnlyList<PendingPublication>> ListAsync(string publisher, CancellationToken cancellationToken)
    {
        var kept = new SortedDictionary<string, PendingPublication>(StringComparer.Ordinal);
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, $"{publisher}-*{Extension}")
                .Where(path => new FileInfo(path).Length <= LongestDraft))
            {
                kept[Path.GetFileName(path)] = Read(Path.GetFileName(path), await File.ReadAllBytesAsync(path, cancellationToken));
            }
        }

        if (store is not null)
        {
            var stored = await store.ListAsync($"{Prefix}{publisher}-", cancellationToken)
                .Select(found => found.Key)
                .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
            foreach (var objectKey in stored.Where(found => found.EndsWith(Extension, StringComparison.Ordinal)
                && !stored.Contains(found + DoneExtension)))
            {
                kept[objectKey[Prefix.Length..]] =
                    Read(objectKey[Prefix.Length..], await store.ReadBytesAsync(objectKey, LongestDraft, cancellationToken));
            }
        }

        return [.. kept.Values];
    }

    /// <summary>Forgets a draft: it is published, or too old.</summary>
    public async Task ForgetAsync(string name, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(Path.Combine(folder, name));
        }

        if (store is null || await store.HeadAsync(Prefix + name, cancellationToken) is not { } found)
        {
            return;
        }

        try
        {
            await store.DeleteAsync(found, cancellationToken);
        }
        catch (GateException)
        {
            await MarkAsync(store, name, cancellationToken);
        }
    }

    /// <summary>A name that sorts by time, and that no other run has.</summary>
    public static string NameOf(string publisher, DateTimeOffset startedAt) =>
        $"{publisher}-{startedAt.UtcDateTime:yyyyMMdd_HHmmss_fff}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}{Extension}";

    static async Task MarkAsync(IObjectStore store, string name, CancellationToken cancellationToken)
    {
        try
        {
            await store.WriteBytesAsync(Prefix + name + DoneExtension, "{}\n"u8.ToArray(), cancellationToken);
        }
        catch (GateException exception) when (exception.Problem.Code == StoresProblems.ObjectExistsCode)
        {
            // Marked before.
        }
    }

    ReadOnlyMemory<byte> Sign(string draft) => SignedDocument.Write(Encoding.UTF8.GetBytes(draft), key).Bytes;

    PendingPublication Read(string name, byte[] bytes)
    {
        var document = SignedDocument.Read(bytes);
        return new(name, key is null || document.Check(key) == SignatureState.Valid ? Encoding.UTF8.GetString(bytes) : null);
    }
}
