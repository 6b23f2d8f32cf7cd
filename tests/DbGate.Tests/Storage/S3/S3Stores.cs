using DbGate.Storage;
using DbGate.Testing.S3;

namespace DbGate.Tests.Storage.S3;

/// <summary>
/// The contract against a store that knows today's checksums, against one that does not, and against one that keeps versions.
/// </summary>
[TestFixture("today")]
[TestFixture("former")]
[TestFixture("versions")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class S3Stores(string kind) : StoreContract, IAsyncDisposable
{
    readonly S3Double s3 = new()
    {
        KnowsChecksums = kind != "former",
        KnowsConditionalComplete = kind != "former",
        KeepsVersions = kind == "versions",
    };

    protected override IObjectStore Store => field ??= Doubles.Open(s3);

    public ValueTask DisposeAsync() => s3.DisposeAsync();
}
