using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace DbGate.Testing.S3;

/// <summary>The XML that S3 speaks.</summary>
static class S3Xml
{
    static readonly XNamespace Names = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static string Error(string code, string message) =>
        new XElement("Error", new XElement("Code", code), new XElement("Message", message), new XElement("RequestId", "1")).ToString();

    public static string Begun(string bucket, string key, string id) => new XElement(
        Names + "InitiateMultipartUploadResult",
        new XElement(Names + "Bucket", bucket),
        new XElement(Names + "Key", key),
        new XElement(Names + "UploadId", id)).ToString();

    public static string Completed(string bucket, string key, string etag) => new XElement(
        Names + "CompleteMultipartUploadResult",
        new XElement(Names + "Bucket", bucket),
        new XElement(Names + "Key", key),
        new XElement(Names + "ETag", etag)).ToString();

    public static string Objects(IEnumerable<S3Entry> found, string? next) => new XElement(
        Names + "ListBucketResult",
        new XElement(Names + "IsTruncated", next is not null),
        next is null ? null : new XElement(Names + "NextContinuationToken", next),
        found.Select(entry => new XElement(
            Names + "Contents",
            new XElement(Names + "Key", entry.Key),
            new XElement(Names + "LastModified", Iso(entry.LastModified)),
            new XElement(Names + "ETag", entry.ETag),
            new XElement(Names + "Size", entry.Content.Length)))).ToString();

    public static string Uploads(IEnumerable<S3Multipart> uploads) => new XElement(
        Names + "ListMultipartUploadsResult",
        new XElement(Names + "IsTruncated", false),
        uploads.Select(upload => new XElement(
            Names + "Upload",
            new XElement(Names + "Key", upload.Key),
            new XElement(Names + "UploadId", upload.Id),
            new XElement(Names + "Initiated", Iso(upload.Initiated))))).ToString();

    public static IReadOnlyList<(int Number, string ETag, string? Sha256)> PartsOf(byte[] body)
    {
        var root = XElement.Parse(Encoding.UTF8.GetString(body));
        return
        [
            .. root.Elements().Where(part => part.Name.LocalName == "Part").Select(part => (
                int.Parse(Text(part, "PartNumber")!, CultureInfo.InvariantCulture), Text(part, "ETag")!, Text(part, "ChecksumSHA256"))),
        ];
    }

    static string? Text(XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;

    static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
