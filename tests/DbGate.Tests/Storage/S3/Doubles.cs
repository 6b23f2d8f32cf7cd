using DbGate.Storage;
using DbGate.Testing.S3;

namespace DbGate.Tests.Storage.S3;

/// <summary>Stores on doubles.</summary>
static class Doubles
{
    public static StoreOptions.S3 OptionsFor(S3Double s3) => new(S3Double.Bucket)
    {
        Endpoint = s3.Http.Url,
        Keys = new(S3Double.AccessKey, S3Double.SecretKey),
        PartSize = 5 << 20,
        Prefix = "acme/prod",
    };

    public static IObjectStore Open(S3Double s3) => ObjectStores.Open(OptionsFor(s3), TestRetries.Short);
}
