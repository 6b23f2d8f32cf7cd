namespace DbGate.Signing;

/// <summary>How far a manifest's signature can be trusted.</summary>
public enum SignatureState
{
    /// <summary>There is none.</summary>
    NotSigned,

    /// <summary>There is one, and no key to check it with.</summary>
    NotChecked,

    /// <summary>It is this key's signature of exactly these bytes.</summary>
    Valid,

    /// <summary>It is not: the manifest was altered, or another key signed it.</summary>
    Invalid,
}

/// <summary>The signature at the end of a manifest.</summary>
/// <param name="Algorithm"><c>ed25519</c> or <c>ecdsa-p256-sha256</c>.</param>
/// <param name="KeyId">SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex.</param>
/// <param name="Value">The signature, Base64; ECDSA's as DER.</param>
sealed record ManifestSignature(string Algorithm, string KeyId, ReadOnlyMemory<byte> Value);
