using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace DbGate.Signing;

/// <summary>
/// Ed25519 (RFC 8032), which .NET lacks; keys as RFC 8410 writes them, which is what <c>openssl genpkey -algorithm ed25519</c> makes.
/// </summary>
sealed class Ed25519 : ISignatureScheme
{
    // 1.3.101.112, among the first bytes of both kinds of key.
    static readonly byte[] Identifier = [0x06, 0x03, 0x2B, 0x65, 0x70];

    readonly Ed25519PrivateKeyParameters? secret;
    readonly Ed25519PublicKeyParameters open;

    Ed25519(Ed25519PrivateKeyParameters? secret, Ed25519PublicKeyParameters open) => (this.secret, this.open) = (secret, open);

    public string Algorithm => "ed25519";

    public byte[] PublicKey => SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(open).GetDerEncoded();

    /// <summary>Null when it is a key of another kind.</summary>
    /// <exception cref="CryptographicException">It is a broken one.</exception>
    public static Ed25519? Read(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var found) || pem[found.Label] is not ("PRIVATE KEY" or "PUBLIC KEY"))
        {
            return null;
        }

        var key = Convert.FromBase64String(pem[found.Base64Data]);
        return key.AsSpan(0, Math.Min(key.Length, 16)).IndexOf(Identifier) < 0
            ? null
            : Parse(key, isSecret: pem[found.Label] == "PRIVATE KEY");
    }

    public byte[] Sign(ReadOnlySpan<byte> bytes)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, secret ?? throw new CryptographicException("A public key does not sign."));
        signer.BlockUpdate(bytes);
        return signer.GenerateSignature();
    }

    public bool Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: false, open);
        signer.BlockUpdate(bytes);
        return signer.VerifySignature(signature.ToArray());
    }

    static Ed25519 Parse(byte[] key, bool isSecret)
    {
        try
        {
            if (!isSecret)
            {
                return new(null, (Ed25519PublicKeyParameters)PublicKeyFactory.CreateKey(key));
            }

            var secret = (Ed25519PrivateKeyParameters)PrivateKeyFactory.CreateKey(key);
            return new(secret, secret.GeneratePublicKey());
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or InvalidCastException or SecurityUtilityException)
        {
            // No text of it: an error must not tell a key's bytes.
            throw new CryptographicException("The key is broken.");
        }
    }
}
