using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>The service: /ready, /metrics and /admin.</summary>
static class ServiceSettings
{
    /// <summary>Where the service listens.</summary>
    public static readonly Setting<string> Address = new(
        "service.address", ["DBGATE_SERVICE_ADDRESS"], "serve: address to listen on; http://0.0.0.0:8632 for every interface", Text,
        "http://127.0.0.1:8632")
    {
        Class = Operational,
    };

    /// <summary>The token of /admin.</summary>
    public static readonly Setting<string> AdminToken =
        SecretSetting.Create(
            TrustedOnly, "service.adminToken", "DBGATE_ADMIN_TOKEN",
            "serve: bearer token of /admin, at least 16 characters; without it /admin is closed");

    /// <summary>The name of the variable that holds the token.</summary>
    public static readonly Setting<string> AdminTokenVariable = new(
        "service.adminTokenVariable", [], "serve: name of another variable that holds the token of /admin", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>How long an answer of /ready serves everyone.</summary>
    public static readonly Setting<TimeSpan> CachePeriod = new(
        "service.cachePeriod", ["DBGATE_SERVICE_CACHE_PERIOD"], "serve: how long a result of the checks is reused for /ready", Period,
        TimeSpan.FromSeconds(5))
    {
        Class = Operational,
    };

    /// <summary>How long a check of /ready may take.</summary>
    public static readonly Setting<TimeSpan> CheckTimeout = new(
        "service.checkTimeout", ["DBGATE_SERVICE_CHECK_TIMEOUT"], "serve: longest time of one check of /ready; a slower check fails",
        Period, TimeSpan.FromSeconds(2))
    {
        Class = Operational,
    };

    /// <summary>The service's certificate.</summary>
    public static readonly Setting<string> Certificate = new(
        "service.certificate", ["DBGATE_SERVICE_CERTIFICATE"], "serve: PEM file of the certificate for an https address", Text, "")
    {
        Class = Operational,
    };

    /// <summary>The certificate's key.</summary>
    public static readonly Setting<string> CertificateKey = new(
        "service.certificateKey", ["DBGATE_SERVICE_CERTIFICATE_KEY"], "serve: PEM file of its private key", Text, "")
    {
        Class = Operational,
    };

    /// <summary>Who signs the certificates of administrators.</summary>
    public static readonly Setting<string> ClientAuthority = new(
        "service.clientAuthority", ["DBGATE_SERVICE_CLIENT_AUTHORITY"],
        "serve: PEM file of the authority whose client certificates open /admin", Text, "")
    {
        Class = TrustedOnly,
    };
}
