namespace DbGate.EndToEnd.Packages;

/// <summary>The sample shop with the MSBuild package of this build.</summary>
public sealed class BuiltShop
{
    static async Task<(FreshProject Shop, Dictionary<string, string?> Variables)> CreateAsync()
    {
        var shop = await FreshProject.CreateAsync();
        SampleShop.CopyTo(shop.Folder);
        return (shop, new() { ["DbGateVersion"] = await PackageFeed.VersionAsync() });
    }

    [Test]
    public async Task Is_built_and_checked()
    {
        var (shop, variables) = await CreateAsync();
        using var owned = shop;
        var build = await shop.RunWithAsync(
            variables, "build", "Shop.Web", "-t:Build", "-t:DbGateCheck", "-c", "Release", "-nologo", "-v", "m");

        // That the path MigrateAtStart exists is a warning.
        Assert.That(build.ExitCode, Is.Zero, build.Everything);
        Assert.That(build.Output, Does.Contain("passed  forbid-db-push").And.Not.Contain("warning CS"));
    }

    /// <summary>dotnet ef itself is asked before the publish, also where the binaries are stale.</summary>
    [Test]
    [Category("Nightly")]
    public async Task Is_published_only_when_its_migrations_make_its_model()
    {
        var (shop, variables) = await CreateAsync();
        using var owned = shop;
        (await shop.RunWithAsync(variables, "tool", "restore")).Succeeded();
        (await PublishAsync()).Succeeded();

        shop.Write(
            "Shop.Web/Data/Order.cs",
            (await File.ReadAllTextAsync(shop.Of("Shop.Web/Data/Order.cs"))).Replace(
                "public int Quantity { get; set; }", "public int Quantity { get; set; }\n\n    public string? Note { get; set; }",
                StringComparison.Ordinal));
        foreach (var options in new[] { Array.Empty<string>(), ["--no-build"] })
        {
            var ahead = await PublishAsync(options);
            Assert.That(ahead.ExitCode, Is.Not.Zero, ahead.Everything);
            Assert.That(ahead.Output, Does.Contain("error DBG0226").And.Contain("dotnet ef migrations add"));
        }

        SampleShop.UpgradeToNext(shop.Folder);
        (await PublishAsync()).Succeeded();
        shop.Write("scripts/start.sh", "#!/bin/sh\ndotnet ef database drop --force\nexec dotnet Shop.Web.dll\n");
        var destroys = await PublishAsync();
        Assert.That(destroys.ExitCode, Is.Not.Zero, destroys.Everything);
        Assert.That(destroys.Output, Does.Contain("scripts/start.sh(2): error DBG0401"));

        Task<ShellResult> PublishAsync(params string[] options) =>
            shop.RunWithAsync(variables, ["publish", "Shop.Web", "-c", "Release", "-nologo", "-v", "m", .. options]);
    }
}
