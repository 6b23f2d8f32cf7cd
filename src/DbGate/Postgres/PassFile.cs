namespace DbGate.Postgres;

/// <summary>libpq's password file: readable by its owner only.</summary>
static class PassFile
{
    /// <summary>
    /// Names host, port and user, so that a script which reconnects elsewhere is not handed the password. A socket is also known as
    /// <c>localhost</c> to the libpq whose default folder it is.
    /// </summary>
    public static string Text(PostgresUrl url) =>
        string.Concat(new[] { url.Host, url.IsUnixSocket ? "localhost" : null }
            .OfType<string>()
            .Select(host => $"{Escape(host)}:{url.Port}:*:{Escape(url.User)}:{Escape(url.Password ?? "")}\n"));

    public static string Escape(string field) =>
        field.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
