using System.Net;
using System.Net.Http.Headers;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Releases;
using DbGate.Service.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Service.Tests;

/// <summary>DbGate's endpoints in a real Kestrel on loopback.</summary>
sealed class RunningService : IAsyncDisposable
{
    public const string Token = "correct-horse-battery-staple";

    readonly WebApplication application;

    RunningService(WebApplication application, Uri address)
    {
        (this.application, Address) = (application, address);
        Http = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => application.Services;

    /// <summary>How often the checks ran.</summary>
    public long Runs => Services.GetRequiredService<ReadySource>().Runs;

    public static async Task<RunningService> StartAsync(
        Settings settings, GateServices? services = null, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDbGate(settings, services ?? GateServices.Real);
        configure?.Invoke(builder);
        var application = builder.Build();
        application.MapDbGate();
        await application.StartAsync();
        return new(application, new Uri(application.Urls.Single()));
    }

    public async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Response)> GetAsync(string path, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        var response = await Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await application.DisposeAsync();
    }
}
