using DbGate.Configuration;
using DbGate.Releases;
using DbGate.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace DbGate.Browser;

/// <summary>/admin as the service serves it: its own headers, its own door, a real database behind it.</summary>
[Category("Postgres")]
public sealed class ServedPages
{
    const string Token = "correct-horse-battery-staple";

    [Test]
    public async Task Open_to_the_token_as_password_and_look_as_drawn()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await using var application = await ServeAsync(wallet, database);
        await using var page = await OpenPage.GoAsync($"{application.Urls.Single()}/admin", password: Token);
        var faults = await page.ExamineAsync();
        await page.PhotographAsync("served");

        Assert.That(faults, Is.Empty);
        Assert.That(await page.Page.InnerTextAsync("h1"), Is.EqualTo("Not ready"), "nothing is deployed yet");
        Assert.That(await page.Page.InnerTextAsync("body"), Does.Contain("databaseSafety").And.Not.Contain(database.Url.Password!));
        Assert.That(
            await page.Page.EvaluateAsync<string>("getComputedStyle(document.body).fontVariantNumeric"),
            Is.EqualTo("tabular-nums"), "the page's own style passes its own security policy");
    }

    [Test]
    public async Task Show_nothing_without_the_token()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await using var application = await ServeAsync(wallet, database);
        await using var page = await OpenPage.GoAsync("about:blank", password: "wrong");
        var answer = await page.Page.GotoAsync($"{application.Urls.Single()}/admin");

        Assert.That(answer!.Status, Is.EqualTo(401));
        Assert.That(await page.Page.InnerTextAsync("body"), Does.Not.Contain("databaseSafety"));
    }

    static async Task<WebApplication> ServeAsync(Wallet wallet, TestDatabase database)
    {
        var settings = SettingsReader.Read(
            new Dictionary<string, string>(),
            new Dictionary<string,
                string> { ["DBGATE_ENVIRONMENT"] = "staging", ["DATABASE_URL"] = database.UrlText, ["DBGATE_ADMIN_TOKEN"] = Token },
            wallet.Folder);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDbGate(settings, GateServices.Real);
        var application = builder.Build();
        application.MapDbGate();
        await application.StartAsync();
        return application;
    }
}
