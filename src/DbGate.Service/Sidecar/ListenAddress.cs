using System.Net;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Readiness;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DbGate.Service.Sidecar;

/// <summary>Where the sidecar listens.</summary>
/// <param name="Text">As set.</param>
/// <param name="Host">An address, or null for both loopback ones.</param>
/// <param name="Port">The port.</param>
/// <param name="IsHttps">With TLS.</param>
sealed record ListenAddress(string Text, IPAddress? Host, int Port, bool IsHttps)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="GateException">DBG0615.</exception>
    public static ListenAddress Read(Settings settings)
    {
        var text = settings.Get(ServiceSettings.Address);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.PathAndQuery != "/"
            || uri.UserInfo.Length > 0)
        {
            throw Unusable(text, "it is no address such as http://127.0.0.1:8632");
        }

        return uri.Host == "localhost" ? new(text, null, uri.Port, uri.Scheme == "https")
            : IPAddress.TryParse(uri.DnsSafeHost, out var host) ? new(text, host, uri.Port, uri.Scheme == "https")
            : throw Unusable(text, "it names a host and no address of this machine; take 127.0.0.1, or 0.0.0.0 for every interface");
    }

    /// <summary>Reports Kestrel.</summary>
    public void Apply(KestrelServerOptions server, Action<ListenOptions> configure)
    {
        if (Host is null)
        {
            server.ListenLocalhost(Port, configure);
        }
        else
        {
            server.Listen(Host, Port, configure);
        }
    }

    /// <summary>Why listening failed, in a person's words.</summary>
    public GateException Failed(Exception fault) => Unusable(Text, fault.InnerException?.Message ?? fault.Message);

    static GateException Unusable(string text, string why) => new(ServiceProblems.Address(text, why));
}
