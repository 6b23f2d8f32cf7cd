using System.Security.Cryptography;
using DbGate.Problems;

namespace DbGate.Backups.Manifests;

/// <summary>An ECDSA key on the curve P-256, from a PEM text: a private key signs and checks, a public key checks.</summary>
public sealed class SigningKey : IDisposable
{
    const string Algorithm = "ecdsa-p256-sha256";

    readonly ECDsa key;

    SigningKey(ECDsa key) => this.key = key;

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>Reads a key.</summary>
    /// <param name="pem">The PEM text, or the path of a file that holds it.</param>
    /// <param name="source">The setting, for the error.</param>
    /// <exception cref="GateException">DBG0325: it is no such key. The text itself stands nowhere in the problem.</exception>
    public static SigningKey Load(string pem, string source)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem.Contains("-----BEGIN", StringComparison.Ordinal) ? pem : File.ReadAllText(pem));
            return key.KeySize == 256 ? new(key) : throw ManifestProblems.BadKey(source, $"its curve has {key.KeySize} bits");
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            key.Dispose();
            throw ManifestProblems.BadKey(source, fault is IOException or UnauthorizedAccessException ? "the file cannot be read" : "it holds no ECDSA key");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Signs.</summary>
    public ManifestSignature Sign(ReadOnlySpan<byte> bytes) =>
        new(Algorithm, Id, key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    /// <summary>True when it is this key's signature of these bytes.</summary>
    public bool Verify(ReadOnlySpan<byte> bytes, ManifestSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return signature.Algorithm == Algorithm && signature.KeyId == Id
            && key.VerifyData(bytes, signature.Value.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
