using System.Security.Cryptography;
using DbGate.Postgres;

namespace DbGate.Backups.Dump;

/// <summary>
/// The key of <c>\restrict</c>, by which psql refuses meta-commands in a dump until it is told the key again: no row and no name
/// can smuggle one in.
/// </summary>
static class RestrictKey
{
    const int Length = 63;

    /// <summary>
    /// A new key; null when this <c>pg_dump</c> does not have it. The first that do: 13.22, 14.19, 15.14, 16.10, 17.6, and all of 18.
    /// </summary>
    public static string? For(ClientTool pgDump) => pgDump.Version.Minor >= pgDump.Version.Major switch
    {
        13 => 22,
        14 => 19,
        15 => 14,
        16 => 10,
        17 => 6,
        > 17 => 0,
        _ => int.MaxValue,
    }
        ? RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", Length)
        : null;
}
