using System.Globalization;
using System.Text;

namespace DbGate.Backups.Dump;

/// <summary>The SQL that DbGate itself adds to the file.</summary>
static class SqlTexts
{
    /// <summary>The settings that pg_dump begins with.</summary>
    public static TextPiece Header(DatabaseFacts database, string encoding, string? restrictKey) => new(
        PartKind.Header,
        "the header",
        $"""
        --
        -- PostgreSQL database dump
        --

        {(restrictKey is null ? "" : $"\\restrict {restrictKey}\n")}
        -- Dumped from database version {Ascii(database.ServerVersionText)}
        -- Restore it into an empty database: gunzip -c FILE | psql -X -v ON_ERROR_STOP=1 -d DATABASE

        SET statement_timeout = 0;
        SET lock_timeout = 0;
        SET idle_in_transaction_session_timeout = 0;
        SET client_encoding = '{encoding}';
        SET standard_conforming_strings = on;
        SELECT pg_catalog.set_config('search_path', '', false);
        SET check_function_bodies = false;
        SET xmloption = content;
        SET client_min_messages = warning;
        SET row_security = off;


        """);

    /// <summary>Where the sequences are, as pg_dump writes it.</summary>
    public static TextPiece Sequences(IReadOnlyList<SequenceInfo> sequences)
    {
        using var text = new MemoryStream();
        text.Write("SET standard_conforming_strings = on;\n"u8);
        foreach (var sequence in sequences)
        {
            text.Write("SELECT pg_catalog.setval("u8);
            text.Write(sequence.QuotedLiteral.Span);
            text.Write(Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $", {sequence.State.LastValue}, {(sequence.State.IsCalled ? "true" : "false")});\n")));
        }

        text.Write("\n"u8);
        return new(PartKind.Sequences, "the sequences", text.ToArray());
    }

    /// <summary>The words by which a complete dump is known.</summary>
    public static TextPiece Footer(string? restrictKey) => new(
        PartKind.Footer,
        "the footer",
        $"""
        --
        -- PostgreSQL database dump complete
        --

        {(restrictKey is null ? "" : $"\\unrestrict {restrictKey}\n\n")}
        """);

    static string Ascii(string text) => string.Concat(text.Select(c => c is >= ' ' and < (char)127 ? c : '?'));
}
