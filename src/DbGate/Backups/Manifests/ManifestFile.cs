using System.Text;
using System.Text.Json;
using DbGate.Signing;

namespace DbGate.Backups.Manifests;

/// <summary>
/// A manifest as bytes. Signed are the bytes of the manifest as it would be there unsigned; the signature is inserted
/// before the closing brace. So no canonical form of JSON is needed: take the last property away, and the signed bytes are left.
/// The digest before it is made in the same way. It shows accidental changes of an unsigned manifest, and no others: a person who alters
/// one can compute another digest.
/// </summary>
public sealed class ManifestFile
{
    /// <summary>Bytes that a manifest may have at most.</summary>
    public const int Limit = 256 << 20;

    const string SignatureName = ",\n  \"signature\": ";
    const string DigestName = ",\n  \"digest\": \"sha256:";
    const string DigestEnd = "\"\n}\n";
    const string End = "\n}\n";

    readonly byte[] signed;

    ManifestFile(BackupManifest manifest, ReadOnlyMemory<byte> bytes, byte[] signed, ManifestSignature? signature) =>
        (Manifest, Bytes, this.signed, Signature) = (manifest, bytes, signed, signature);

    /// <summary>What it states.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>The file's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The signature; null when unsigned.</summary>
    internal ManifestSignature? Signature { get; }

    /// <summary>SHA-256 of the file, lower-case hex: what plans and records call the manifest by.</summary>
    public string Sha256 => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes.Span));

    /// <summary>Writes a manifest, signed when there is a key.</summary>
    public static ManifestFile Write(BackupManifest manifest, SigningKey? key)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Readable.BackupManifest);
        byte[] content = [.. text, (byte)'\n'];
        byte[] unsigned =
            [.. content.AsSpan(0, content.Length - End.Length), .. Encoding.UTF8.GetBytes(DigestName + Digest(content) + DigestEnd)];
        if (key is null)
        {
            return new(manifest, unsigned, unsigned, null);
        }

        var signature = key.Sign(unsigned);
        var shown =
            JsonSerializer.Serialize(signature, ManifestJson.Readable.ManifestSignature).Replace("\n", "\n  ", StringComparison.Ordinal);
        byte[] whole = [.. unsigned.AsSpan(0, unsigned.Length - End.Length), .. Encoding.UTF8.GetBytes($"{SignatureName}{shown}{End}")];
        return new(manifest, whole, unsigned, signature);
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in a problem.</param>
    /// <exception cref="Problems.GateException">DBG0320: it is none, contradicts itself, or is of a newer format.</exception>
    public static ManifestFile Read(ReadOnlyMemory<byte> bytes, string name)
    {
        var (signed, signature) = Split(bytes.Span);
        BackupManifest manifest;
        bool hasDigest;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw ManifestProblems.Unreadable(name, "it is no JSON object");
            }

            if (!document.RootElement.TryGetProperty("format", out var format) || !format.TryGetInt32(out var number))
            {
                throw ManifestProblems.Unreadable(name, "it has no format number");
            }

            if (number != BackupManifest.CurrentFormat)
            {
                throw ManifestProblems.Unreadable(name, $"its format is {number}, this DbGate reads {BackupManifest.CurrentFormat}");
            }

            if (signature is null && document.RootElement.TryGetProperty("signature", out _))
            {
                throw ManifestProblems.Unreadable(name, "its signature does not stand where DbGate puts it");
            }

            hasDigest = document.RootElement.TryGetProperty("digest", out _);
            manifest = document.Deserialize(ManifestJson.Readable.BackupManifest) ?? throw ManifestProblems.Unreadable(name, "it is null");
        }
        catch (JsonException fault)
        {
            throw ManifestProblems.Unreadable(name, fault.Message, fault);
        }

        return Contradiction(manifest) is { } contradiction
            ? throw ManifestProblems.Unreadable(name, contradiction)
            : signature is null && Altered(signed, hasDigest || manifest.State is not null) is { } altered
            ? throw ManifestProblems.Unreadable(name, altered)
            : new(manifest, bytes, signed, signature);
    }

    /// <summary>Checks the signature.</summary>
    /// <param name="key">The key that signed it is expected to be; null when none is known.</param>
    public SignatureState Check(SigningKey? key) => (Signature, key) switch
    {
        (null, _) => SignatureState.NotSigned,
        (_, null) => SignatureState.NotChecked,
        _ => key.Verify(signed, Signature) ? SignatureState.Valid : SignatureState.Invalid,
    };

    static (byte[] Signed, ManifestSignature? Signature) Split(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.LastIndexOf(Encoding.UTF8.GetBytes(SignatureName));
        if (start < 0 || !bytes.EndsWith(Encoding.UTF8.GetBytes(End)))
        {
            return (bytes.ToArray(), null);
        }

        try
        {
            var value = bytes[(start + SignatureName.Length)..^End.Length];
            return ([.. bytes[..start], .. Encoding.UTF8.GetBytes(End)],
                JsonSerializer.Deserialize(value, ManifestJson.Readable.ManifestSignature));
        }
        catch (JsonException)
        {
            return (bytes.ToArray(), null);
        }
    }

    // Older versions, which did not record the source's state either, wrote none. A signature is the better proof, where there is one.
    static string? Altered(ReadOnlySpan<byte> bytes, bool needsDigest)
    {
        var start = bytes.LastIndexOf(Encoding.UTF8.GetBytes(DigestName));
        if (start < 0 || !bytes.EndsWith(Encoding.UTF8.GetBytes(DigestEnd)))
        {
            return needsDigest ? "its digest is not where DbGate writes it" : null;
        }

        var found = bytes[(start + DigestName.Length)..^DigestEnd.Length];
        byte[] content = [.. bytes[..start], .. Encoding.UTF8.GetBytes(End)];
        return found.SequenceEqual(Encoding.UTF8.GetBytes(Digest(content))) ? null : "its contents do not match its digest";
    }

    static string Digest(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    static string? Contradiction(BackupManifest manifest)
    {
        var members = manifest.Members;
        return !members.IsConsistent ? "the columns of its member table differ in length"
            : members.Lengths.Sum() != manifest.Archive.Length ? "its members do not add up to the archive's length"
            : manifest.Tables.Any(table => !table.Members.All(run => Lies(run.First, run.Count))) ? "a table lies outside its member table"
            : manifest.Parts.Any(part => !Lies(part.FirstMember, part.MemberCount)) ? "a part lies outside its member table"
            : manifest.Tables.Any(table =>
                table.Members.Sum(run => Enumerable.Range(run.First, run.Count).Sum(i => members.Rows[i])) != table.Rows)
                    ? "a table's members do not add up to its rows"
            : null;

        bool Lies(int first, int count) => first >= 0 && count >= 0 && first <= members.Count - count;
    }
}
