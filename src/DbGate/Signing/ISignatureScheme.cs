namespace DbGate.Signing;

/// <summary>A key of one kind.</summary>
interface ISignatureScheme
{
    /// <summary>As a manifest names it.</summary>
    string Algorithm { get; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    byte[] PublicKey { get; }

    /// <exception cref="System.Security.Cryptography.CryptographicException">It is a public key.</exception>
    byte[] Sign(ReadOnlySpan<byte> bytes);

    bool Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature);
}
