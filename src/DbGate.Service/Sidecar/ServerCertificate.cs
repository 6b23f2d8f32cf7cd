using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Readiness;

namespace DbGate.Service.Sidecar;

/// <summary>The sidecar's own certificate.</summary>
static class ServerCertificate
{
    /// <summary>Reads certificate and key.</summary>
    /// <exception cref="GateException">DBG0616: they are missing, unreadable, or do not fit each other.</exception>
    public static X509Certificate2 Read(Settings settings)
    {
        if (settings.Get(ServiceSettings.Certificate).Length == 0 || settings.Get(ServiceSettings.CertificateKey).Length == 0)
        {
            throw Unusable("an https address needs service.certificate and service.certificateKey");
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(
                settings.GetPath(ServiceSettings.Certificate), settings.GetPath(ServiceSettings.CertificateKey));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Unusable(fault.Message);
        }
    }

    static GateException Unusable(string why) => new(ServiceProblems.Certificate(ServiceSettings.Certificate.Name, why));
}
