using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace DbGate.Service.Admin;

/// <summary>
/// How often one address may ask for <c>/admin</c>, and how often it may be wrong. Addresses that fall silent are forgotten.
/// </summary>
sealed class AdminLimits(int requests = AdminLimits.Requests, int refusals = AdminLimits.Refusals) : IDisposable
{
    /// <summary>Requests of one address a minute.</summary>
    public const int Requests = 120;

    /// <summary>Wrong tokens of one address a minute; then even the right one is not looked at.</summary>
    public const int Refusals = 10;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly PartitionedRateLimiter<HttpContext> asked = PerAddress(requests);
    readonly PartitionedRateLimiter<HttpContext> refused = PerAddress(refusals);

    /// <summary>Counts a request; false when there were too many, or too many wrong ones.</summary>
    public bool Admit(HttpContext http)
    {
        using var request = asked.AttemptAcquire(http);
        using var mistakes = refused.AttemptAcquire(http, 0);
        return request.IsAcquired && mistakes.IsAcquired;
    }

    /// <summary>Counts a wrong token.</summary>
    public void Refuse(HttpContext http) => refused.AttemptAcquire(http).Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        asked.Dispose();
        refused.Dispose();
    }

    static PartitionedRateLimiter<HttpContext> PerAddress(int permits) =>
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(http => RateLimitPartition.GetFixedWindowLimiter(
            Network(http.Connection.RemoteIpAddress),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window, QueueLimit = 0 }));

    /// <summary>Who has one IPv6 address has the 2⁶⁴ next to it too.</summary>
    static IPAddress Network(IPAddress? address)
    {
        address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address ?? IPAddress.None;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes);
    }
}
