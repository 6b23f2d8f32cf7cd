using System.Security.Cryptography;
using DbGate.Problems;

namespace DbGate.Signing;

/// <summary>
/// An Ed25519 key, or an ECDSA key on the curve P-256, from a PEM text: a private key signs and checks, a public key checks.
/// </summary>
public sealed class SigningKey : IDisposable
{
    readonly ISignatureScheme scheme;

    SigningKey(ISignatureScheme scheme) => this.scheme = scheme;

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(scheme.PublicKey));

    /// <summary>Reads a key.</summary>
    /// <param name="pem">The PEM text, or the path of a file that holds it.</param>
    /// <param name="source">The setting, for the error.</param>
    /// <exception cref="GateException">DBG0325: it is no such key. The text itself is nowhere in the problem.</exception>
    public static SigningKey Load(string pem, string source)
    {
        ArgumentNullException.ThrowIfNull(pem);
        try
        {
            var text = pem.Contains("-----BEGIN", StringComparison.Ordinal) ? pem : File.ReadAllText(pem);
            return new((ISignatureScheme?)Ed25519.Read(text) ?? EcdsaP256.Read(text));
        }
        catch (Exception fault)
            when (fault is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException
                or NotSupportedException)
        {
            throw SigningProblems.BadKey(source, fault is IOException or UnauthorizedAccessException
                ? "the file cannot be read"
                : "it holds neither an Ed25519 key nor an ECDSA key on the curve P-256");
        }
    }

    /// <summary>Signs.</summary>
    internal ManifestSignature Sign(ReadOnlySpan<byte> bytes) => new(scheme.Algorithm, Id, scheme.Sign(bytes));

    /// <summary>True when it is this key's signature of these bytes.</summary>
    internal bool Verify(ReadOnlySpan<byte> bytes, ManifestSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return signature.Algorithm == scheme.Algorithm && signature.KeyId == Id && scheme.Verify(bytes, signature.Value.Span);
    }

    /// <inheritdoc/>
    public void Dispose() => (scheme as IDisposable)?.Dispose();
}
