using System.Security.Cryptography;

namespace DbGate.Signing;

/// <summary>ECDSA on the curve P-256 with SHA-256; signatures are DER.</summary>
sealed class EcdsaP256 : ISignatureScheme, IDisposable
{
    readonly ECDsa key;

    EcdsaP256(ECDsa key) => this.key = key;

    public string Algorithm => "ecdsa-p256-sha256";

    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    /// <exception cref="Exception">ArgumentException, CryptographicException: it is no such key.</exception>
    public static EcdsaP256 Read(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.KeySize == 256 ? new(key) : throw new CryptographicException($"The curve has {key.KeySize} bits.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> bytes) => key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public bool Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => key.Dispose();
}
