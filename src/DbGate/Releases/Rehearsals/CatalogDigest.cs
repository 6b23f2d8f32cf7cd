using System.Security.Cryptography;
using System.Text;
using DbGate.Migrations.Drift;

namespace DbGate.Releases.Rehearsals;

/// <summary>One number for a whole catalog: what the target must have after the deploy.</summary>
static class CatalogDigest
{
    const char End = '\u001e';
    const char Between = '\u001f';

    public static string From(CatalogSnapshot catalog)
    {
        var text = new StringBuilder();
        foreach (var item in catalog.Objects)
        {
            text.Append(item.Kind).Append(Between).Append(item.Identity).Append(Between).Append(item.Parent);
            foreach (var property in item.Properties)
            {
                text.Append(Between).Append(property.Name).Append('=').Append(property.Value);
            }

            text.Append(End);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
