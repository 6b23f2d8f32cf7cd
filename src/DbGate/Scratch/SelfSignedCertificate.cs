using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DbGate.Scratch;

/// <summary>A certificate for a server on loopback, signed by itself.</summary>
/// <param name="Certificate">PEM of the certificate, which is its own authority.</param>
/// <param name="Key">PEM of the private key, PKCS #8.</param>
sealed record SelfSignedCertificate(string Certificate, string Key)
{
    /// <summary>Makes one that is valid from a day before now to a month after.</summary>
    public static SelfSignedCertificate Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return new(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
