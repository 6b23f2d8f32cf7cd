using System.Net.Sockets;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Readiness;
using DbGate.Releases;
using DbGate.Service.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace DbGate.Service.Sidecar;

/// <summary>DbGate's endpoints in a process of their own, next to a service in any language.</summary>
sealed class SidecarHost : IAsyncDisposable
{
    /// <summary>So long requests may take to end when the sidecar is stopped.</summary>
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    readonly WebApplication application;

    SidecarHost(WebApplication application) => this.application = application;

    /// <summary>Where it listens, with the port that it got.</summary>
    public string Address => application.Urls.First();

    /// <summary>True when /admin lets anyone in.</summary>
    public bool AdminIsOpen => application.Services.GetRequiredService<AdminCredentials>().AreSet;

    /// <summary>Listens. Nothing but DbGate's own settings counts: no appsettings.json, no ASPNETCORE_ variables.</summary>
    /// <exception cref="GateException">DBG0614 to DBG0616: the settings are wrong, or the address is taken.</exception>
    public static async Task<SidecarHost> StartAsync(Settings settings, GateServices services, CancellationToken cancellationToken)
    {
        var address = ListenAddress.Read(settings);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddDbGate(settings, services).AddRoutingCore().AddOpenApi(Describe).AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss'Z' "));
        // standard output is the report's
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // a failed start is a problem with a number
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Configure(server, address, settings));
        if (address.IsHttps)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var application = builder.Build();
        application.MapDbGate();
        application.MapOpenApi("/openapi.json");
        try
        {
            await application.StartAsync(cancellationToken);
            return new(application);
        }
        catch (Exception fault) when (fault is IOException or SocketException or InvalidOperationException)
        {
            await application.DisposeAsync();
            throw address.Failed(fault);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no new requests, lets the running ones end, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(StopDeadline);
        await application.StopAsync(deadline.Token);
        await application.DisposeAsync();
    }

    static void Describe(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        (document.Info.Title, document.Info.Version) = ("DbGate", ToolVersion.Current);
        return Task.CompletedTask;
    });

    static void Configure(KestrelServerOptions server, ListenAddress address, Settings settings)
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = 4096;
        server.Limits.MaxRequestBodySize = 0;
        server.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        var authority = ClientAuthority.Read(settings);
        if (address.IsHttps)
        {
            var certificate = ServerCertificate.Read(settings);
            address.Apply(server, listen => listen.UseHttps(certificate, https =>
            {
                https.ClientCertificateMode =
                    authority is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (client, _, _) => authority?.Trusts(client) == true;
            }));
        }
        else if (authority is null)
        {
            address.Apply(server, _ => { });
        }
        else
        {
            throw new GateException(
                ServiceProblems.Certificate(ServiceSettings.ClientAuthority.Name, "client certificates need an https address"));
        }
    }

    /// <summary>Signals belong to the process that runs the sidecar, not to the host within it.</summary>
    sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
