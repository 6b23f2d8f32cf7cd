using DbGate.Storage;
using DbGate.Testing;

namespace DbGate.Tests.Storage.S3;

/// <summary>The contract against a real S3 server.</summary>
[TestFixture(false)]
[TestFixture(true)]
[Category("S3")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Self)]
sealed class RealS3Stores(bool versioned) : StoreContract
{
    IObjectStore store = null!;

    protected override IObjectStore Store => store;

    [SetUp]
    public async Task MakeABucket()
    {
        var server = await S3Server.SharedAsync();
        store = ObjectStores.Open(RealS3.OptionsFor(server, await server.CreateBucketAsync(versioned)));
    }
}
