using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Readiness;

namespace DbGate.Service.Admin;

/// <summary>What opens <c>/admin</c>: a token, a client certificate of an authority, or nothing at all.</summary>
sealed class AdminCredentials
{
    /// <summary>The fewest characters of a token.</summary>
    public const int LeastCharacters = 16;

    readonly byte[]? token;

    AdminCredentials(byte[]? token, ClientAuthority? authority) => (this.token, Authority) = (token, authority);

    /// <summary>Who signs the certificates of administrators; null when no one does.</summary>
    public ClientAuthority? Authority { get; }

    /// <summary>False when nothing is set: then no one is let in.</summary>
    public bool AreSet => token is not null || Authority is not null;

    /// <summary>Reads them.</summary>
    /// <exception cref="GateException">
    /// DBG0580: a file of the commit holds the token; DBG0614: the token is too short; DBG0616: the authority cannot be read.
    /// </exception>
    public static AdminCredentials Read(Settings settings)
    {
        var name = settings.Get(ServiceSettings.AdminTokenVariable);
        var value = name.Length > 0 ? settings.Variables.GetValueOrDefault(name) : settings.Find(ServiceSettings.AdminToken);
        if (value is { Source.IsOfCommit: true })
        {
            throw new GateException(ServiceProblems.TokenOfCommit(name, value.Source.Location));
        }

        var text = value?.Text.Trim() ?? "";
        return text.Length is > 0 and < LeastCharacters
            ? throw new GateException(ServiceProblems.WeakToken(value!.Source.Name, LeastCharacters))
            : new AdminCredentials(text.Length == 0 ? null : Digest(text), ClientAuthority.Read(settings));
    }

    /// <summary>Compares in a time that does not depend on the token, not even its length.</summary>
    public bool Accept(string offered) => token is not null && CryptographicOperations.FixedTimeEquals(Digest(offered), token);

    /// <summary>True for a valid client certificate of the authority.</summary>
    public bool Accept(X509Certificate2? certificate) => certificate is not null && Authority?.Trusts(certificate) == true;

    static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
