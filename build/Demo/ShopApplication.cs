using System.Diagnostics;
using DbGate.Postgres;

namespace DbGate.Build.Demo;

/// <summary>The shop's own program; ended with the demo.</summary>
sealed class ShopApplication : IDemoApplication
{
    readonly Process process;

    public ShopApplication(string folder, string program, PostgresUrl url)
    {
        var address = $"http://127.0.0.1:{DemoApplication.FreePort()}";
        Address = $"{address}/ready";
        process = Process.Start(new ProcessStartInfo(Archives.DotNet.Program, [program])
        {
            WorkingDirectory = folder,
            Environment =
            {
                ["ASPNETCORE_URLS"] = address,
                ["Logging__LogLevel__Default"] = "Error",
                ["ConnectionStrings__DefaultConnection"] = url.ToConnectionString(),
            },
        }) ?? throw new InvalidOperationException("the shop was not started");
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
