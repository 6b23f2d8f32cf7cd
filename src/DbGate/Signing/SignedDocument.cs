using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace DbGate.Signing;

/// <summary>
/// A JSON document as bytes, signed or not: the scheme of backup manifests. The signature is last, before the closing brace; signed
/// are the bytes of the document as it would be there without it.
/// </summary>
sealed class SignedDocument
{
    const string SignatureName = ",\n  \"signature\": ";
    const string End = "\n}\n";

    readonly byte[] signed;

    SignedDocument(ReadOnlyMemory<byte> bytes, byte[] signed, ManifestSignature? signature) => (Bytes, this.signed, Signature) =
        (bytes, signed, signature);

    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Null when unsigned.</summary>
    public ManifestSignature? Signature { get; }

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));

    /// <param name="json">An indented JSON object, its line ends LF, without one after its closing brace.</param>
    /// <param name="key">What signs; null leaves it unsigned.</param>
    public static SignedDocument Write(byte[] json, SigningKey? key)
    {
        byte[] unsigned = [.. json, (byte)'\n'];
        if (key is null)
        {
            return new(unsigned, unsigned, null);
        }

        var signature = key.Sign(unsigned);
        var shown =
            JsonSerializer.Serialize(signature, SignatureJson.Readable.ManifestSignature).Replace("\n", "\n  ", StringComparison.Ordinal);
        byte[] whole = [.. unsigned.AsSpan(0, unsigned.Length - End.Length), .. Encoding.UTF8.GetBytes($"{SignatureName}{shown}{End}")];
        return new(whole, unsigned, signature);
    }

    /// <summary>Takes a file apart; what does not end with a signature as DbGate writes it is unsigned.</summary>
    public static SignedDocument Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        var start = span.LastIndexOf(Encoding.UTF8.GetBytes(SignatureName));
        if (start < 0 || !span.EndsWith(Encoding.UTF8.GetBytes(End)))
        {
            return new(bytes, bytes.ToArray(), null);
        }

        try
        {
            var signature =
                JsonSerializer.Deserialize(span[(start + SignatureName.Length)..^End.Length], SignatureJson.Readable.ManifestSignature);
            return new(bytes, [.. span[..start], .. Encoding.UTF8.GetBytes(End)], signature);
        }
        catch (JsonException)
        {
            return new(bytes, bytes.ToArray(), null);
        }
    }

    /// <summary>Checks the signature.</summary>
    /// <param name="key">Whose it is expected to be; null when none is known.</param>
    public SignatureState Check(SigningKey? key) => (Signature, key) switch
    {
        (null, _) => SignatureState.NotSigned,
        (_, null) => SignatureState.NotChecked,
        _ => key.Verify(signed, Signature) ? SignatureState.Valid : SignatureState.Invalid,
    };
}
