using DbGate.Storage;
using DbGate.Testing.Gcs;

namespace DbGate.Tests.Storage.Gcs;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class GcsStores : StoreContract, IAsyncDisposable
{
    readonly GcsDouble gcs = new();

    protected override IObjectStore Store => field ??= ObjectStores.Open(
        new StoreOptions.Gcs(GcsDouble.Bucket) { Endpoint = gcs.Http.Url, Prefix = "acme/prod" }, TestRetries.Short);

    public ValueTask DisposeAsync() => gcs.DisposeAsync();
}
