using System.Text;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>A file that is not a plain dump of one database is named as what it is.</summary>
[TestFixture]
public sealed class FileKinds
{
    [TestCase("PGDMP\u0001", "custom format", "gunzip FILE")]
    [TestCase("PK\u0003\u0004", "a zip archive", "Unpack")]
    [TestCase("-- MySQL dump 10.13  Distrib 8.0.36", "a dump of MySQL", "pg_dump --file=")]
    [TestCase("/*!999999\\- enable the sandbox mode */\n-- MariaDB dump 10.19", "a dump of MariaDB", "pg_dump --file=")]
    [TestCase("--\n-- PostgreSQL database cluster dump\n--\n", "pg_dumpall", "pg_dump --file=")]
    [TestCase(
        "--\n-- PostgreSQL database dump\n--\n\nCREATE DATABASE srcx WITH TEMPLATE = template0;\n\\connect srcx\n", "pg_dump --create",
        "without --create")]
    [TestCase("-- PostgreSQL database dump\n\\connect other\n", "pg_dump --create", "\\connect")]
    [TestCase("SQLite format 3\0", "an SQLite database", "pg_dump --file=")]
    [TestCase("BZh91AY", "compressed by bzip2", "bzip2 -d")]
    public void Are_named_with_what_to_do(string head, string named, string fix)
    {
        var kind = FileKind.From(Encoding.Latin1.GetBytes(head))!;

        Assert.That(kind.Is, Does.Contain(named));
        Assert.That(kind.Fix, Does.Contain(fix));
    }

    [Test]
    public void Of_utf16_and_zstd_are_named() => Assert.That(
        (FileKind.From(Encoding.Unicode.GetPreamble())?.Is, FileKind.From([0x28, 0xB5, 0x2F, 0xFD, 0])?.Is),
        Is.EqualTo(("is UTF-16 text, as Windows PowerShell's > writes it", "is compressed by zstd")));

    /// <summary>pg_restore 15 does not end when it reads one that was cut, so DbGate does not read any.</summary>
    [Test]
    public void Of_tar_are_named()
    {
        var head = new byte[512];
        "toc.dat"u8.CopyTo(head);
        "ustar"u8.CopyTo(head.AsSpan(257));

        var kind = FileKind.From(head)!;

        Assert.That(kind.Is, Is.EqualTo("is a tar archive"));
        Assert.That(kind.Fix, Does.EndWith("pg_restore --file=FILE.sql FILE"));
    }

    [TestCase(
        "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\nCREATE TABLE t (note text DEFAULT 'CREATE DATABASE x');\n")]
    [TestCase("CREATE TABLE t (id int);\n")]
    [TestCase("")]
    public void Of_plain_dumps_are_none(string head) => Assert.That(FileKind.From(Encoding.UTF8.GetBytes(head)), Is.Null);

    [Test]
    public void Tell_the_version_of_the_server() =>
        Assert.That(FileKind.ServerMajor("--\n-- Dumped from database version 17.6 (Debian 17.6-1)\n"u8), Is.EqualTo(17));
}
