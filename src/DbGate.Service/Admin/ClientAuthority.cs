using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Readiness;

namespace DbGate.Service.Admin;

/// <summary>The authority whose client certificates open <c>/admin</c>. The machine's own authorities do not count.</summary>
sealed class ClientAuthority
{
    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    readonly X509Certificate2Collection roots;

    ClientAuthority(X509Certificate2Collection roots) => this.roots = roots;

    /// <summary>Reads it; null when none is set.</summary>
    /// <exception cref="GateException">DBG0616: the file cannot be read.</exception>
    public static ClientAuthority? Read(Settings settings)
    {
        if (settings.Get(ServiceSettings.ClientAuthority).Length == 0)
        {
            return null;
        }

        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(settings.GetPath(ServiceSettings.ClientAuthority));
            return roots.Count > 0 ? new(roots) : throw Unusable("the file holds no certificate");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable(fault.Message);
        }
    }

    /// <summary>True for a certificate that this authority signed for clients, and that is valid today.</summary>
    public bool Trusts(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }

    static GateException Unusable(string why) => new(ServiceProblems.Certificate(ServiceSettings.ClientAuthority.Name, why));
}
