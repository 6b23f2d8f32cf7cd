using DbGate.Storage;

namespace DbGate.Tests.Storage;

[Parallelizable(ParallelScope.All)]
public sealed class StoreChoices
{
    [Test]
    public void Are_the_folder_unless_uploading_is_enabled() => Assert.That(
        StoreChoice.From(Settings(upload: false, s3: "acme", gcs: "acme")), Is.EqualTo([new StoreOptions.Folder("/srv/backups")]));

    [TestCase("acme/prod/shop", "acme-eu")]
    [TestCase("s3://acme/prod/shop/", " gs://acme-eu/")]
    public void Are_the_buckets_that_are_named(string s3, string gcs) => Assert.That(
        StoreChoice.From(Settings(s3: s3, gcs: gcs)),
        Is.EqualTo((StoreOptions[])[new StoreOptions.S3("acme") { Prefix = "prod/shop" }, new StoreOptions.Gcs("acme-eu")]));

    [Test]
    public void Need_a_bucket_when_uploading_is_enabled() =>
        Assert.That(() => StoreChoice.From(Settings(s3: " ")), Fails.With("DBG0352"));

    [Test]
    public void Read_the_usual_AWS_variables() => Assert.That(
        StoreChoice.From(Settings(
            s3: "acme",
            variables:
            [
                ("AWS_DEFAULT_REGION", "eu-central-1"), ("AWS_ENDPOINT_URL", "https://other"),
                ("AWS_ENDPOINT_URL_S3", "https://minio:9000"),
                ("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_SESSION_TOKEN", "token"),
                ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"), ("DBGATE_S3_PATH_STYLE", "false"), ("DBGATE_S3_KMS_KEY", "default"),
                ("DBGATE_S3_OBJECT_LOCK", "compliance:30"), ("DBGATE_S3_PART_SIZE_MIB", "32"), ("AWS_PROFILE", "backup"),
            ])).Single(),
        Is.EqualTo(new StoreOptions.S3("acme")
        {
            Region = "eu-central-1",
            Endpoint = new("https://minio:9000"),
            Keys = new("AKIA", "secret", "token"),
            Profile = "backup",
            Checksums = S3Checksums.WhenRequired,
            PathStyle = false,
            KmsKey = string.Empty,
            Lock = new(S3LockMode.Compliance, 30),
            PartSize = 32 << 20,
        }));

    [TestCase("localhost:4443", "http://localhost:4443/")]
    [TestCase("https://emulator", "https://emulator/")]
    public void Read_the_emulators_host_as_Google_does(string host, string expected) => Assert.That(
        ((StoreOptions.Gcs)StoreChoice.From(Settings(gcs: "acme", variables: [("STORAGE_EMULATOR_HOST", host)])).Single()).Endpoint,
        Is.EqualTo(new Uri(expected)));

    [TestCase("AWS_ENDPOINT_URL", "minio:9000")]
    [TestCase("AWS_ENDPOINT_URL", "https://user:hunter2@minio")]
    [TestCase("AWS_ENDPOINT_URL_S3", "file:///etc/passwd")]
    [TestCase("AWS_REQUEST_CHECKSUM_CALCULATION", "never")]
    [TestCase("AWS_ACCESS_KEY_ID", "AKIA")]
    [TestCase("AWS_SECRET_ACCESS_KEY", "hunter2")]
    [TestCase("DBGATE_S3_OBJECT_LOCK", "compliance")]
    [TestCase("DBGATE_S3_OBJECT_LOCK", "0:5")]
    [TestCase("DBGATE_S3_OBJECT_LOCK", "governance:0")]
    [TestCase("DBGATE_S3_OBJECT_LOCK", "governance:-1")]
    [TestCase("DBGATE_S3_PART_SIZE_MIB", "4")]
    [TestCase("DBGATE_S3_PATH_STYLE", "perhaps")]
    public void Refuse_what_cannot_be_meant_without_repeating_it(string name, string value) => Assert.That(
        () => StoreChoice.From(Settings(s3: "acme", variables: [(name, value)])),
        Throws.Exception.With.Message.Contain(name).And.Message.Not.Contain("hunter2"));

    [Test]
    public void Take_an_empty_variable_for_none() => Assert.That(
        StoreChoice.From(Settings(s3: "acme", variables: [("AWS_ACCESS_KEY_ID", ""), ("AWS_REGION", " ")])),
        Is.EqualTo([new StoreOptions.S3("acme")]));

    static StoreSettings Settings(bool upload = true, string s3 = "", string gcs = "", params (string Name, string Value)[] variables) =>
        new(upload, s3, gcs, "/srv/backups",
            name => variables.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault());
}
