using DbGate.Storage;
using DbGate.Testing;

namespace DbGate.Tests.Storage.S3;

/// <summary>
/// Stores on a real server, whose checksum mode they find out by themselves. Busy, it may need the patience of every day.
/// </summary>
static class RealS3
{
    public static StoreOptions.S3 OptionsFor(S3Server server, string bucket) => new(bucket)
    {
        Endpoint = new(server.Endpoint),
        Keys = new(server.AccessKey, server.SecretKey),
        PartSize = 5 << 20,
        Prefix = "acme/prod",
    };
}
