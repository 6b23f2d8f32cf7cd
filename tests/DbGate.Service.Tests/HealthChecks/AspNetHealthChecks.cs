using System.Net;
using DbGate.Gates;
using DbGate.Readiness;
using DbGate.Releases;
using DbGate.Service.HealthChecks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Service.Tests.HealthChecks;

[Category("Postgres")]
public sealed class AspNetHealthChecks
{
    [Test]
    public async Task Tell_what_ready_tells_and_verify_ready_understands_them()
    {
        await using var project = await ServedProject.CreateAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDbGate(project.Read(("DBGATE_SERVICE_CACHE_PERIOD", "1s")), GateServices.Real)
            .AddHealthChecks()
            .AddDbGate(tags: ["ready"]);
        await using var application = builder.Build();
        application.MapHealthChecks("/healthz");
        await application.StartAsync();
        var address = new Uri(new Uri(application.Urls.Single()), "/healthz");

        using var http = ReadyProbe.CreateClient();
        var (answer, _) = await new ReadyProbe(http, TimeProvider.System)
            .WaitAsync(address, TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.That(answer.Said, Is.EqualTo("Healthy"));

        await project.Database.ExecuteAsync(
            "delete from _prisma_migrations where migration_name = (select max(migration_name) from _prisma_migrations)");
        Assert.That(
            async () => (await http.GetAsync(address)).StatusCode,
            Is.EqualTo(HttpStatusCode.ServiceUnavailable).After(60).Seconds.PollEvery(100).MilliSeconds);
    }
}
