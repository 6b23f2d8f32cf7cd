namespace DbGate.EndToEnd.Packages;

[SetUpFixture]
public sealed class PackageSetUp
{
    [OneTimeTearDown]
    public Task RemovePackages() => PackageFeed.RemoveAsync();
}
