using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DbGate.Backups.Manifests;
using DbGate.Problems;
using DbGate.Signing;

namespace DbGate.Tests.Backups.Manifests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ManifestFiles
{
    [Test]
    public void Are_read_back_as_they_were_written()
    {
        var written = ManifestFile.Write(Samples.Manifest(), null);
        var read = ManifestFile.Read(written.Bytes, "m");

        Assert.That(ManifestFile.Write(read.Manifest, null).Bytes.ToArray(), Is.EqualTo(written.Bytes.ToArray()));
        Assert.That(read.Manifest.Members.Expand().Select(member => (member.Offset, member.Digest)),
            Is.EqualTo(written.Manifest.Members.Expand().Select(member => (member.Offset, member.Digest))));
        Assert.That(read.Check(null), Is.EqualTo(SignatureState.NotSigned));
    }

    [Test]
    public void Stay_small_with_many_members()
    {
        var file = ManifestFile.Write(Samples.Manifest(10_000), null);

        Assert.That(file.Bytes.Length / 10_000, Is.LessThan(100), "characters for each member");
        Assert.That(Encoding.UTF8.GetString(file.Bytes.Span).Count(c => c == '\n'), Is.LessThan(200), "lines");
    }

    [Test]
    public void Show_names_as_people_write_them() =>
        Assert.That(Encoding.UTF8.GetString(ManifestFile.Write(Samples.Manifest(), null).Bytes.Span), Does.Contain("Größe"));

    [Test]
    public void Are_signed_over_the_bytes_that_stand_there_unsigned()
    {
        using var key = NewKey();
        var signed = ManifestFile.Write(Samples.Manifest(), key);
        var unsigned = ManifestFile.Write(Samples.Manifest(), null);

        var text = Encoding.UTF8.GetString(signed.Bytes.Span);
        var cut = text[..text.LastIndexOf(",\n  \"signature\": ", StringComparison.Ordinal)] + "\n}\n";

        Assert.That(cut, Is.EqualTo(Encoding.UTF8.GetString(unsigned.Bytes.Span)));
        Assert.That(JsonNode.Parse(text)!["signature"]!["keyId"]!.GetValue<string>(), Is.EqualTo(key.Id));
    }

    [Test]
    public void Tell_whether_the_signature_holds()
    {
        using var key = NewKey();
        using var other = NewKey();
        var file = ManifestFile.Read(ManifestFile.Write(Samples.Manifest(), key).Bytes, "m");

        Assert.That(file.Check(key), Is.EqualTo(SignatureState.Valid));
        Assert.That(file.Check(other), Is.EqualTo(SignatureState.Invalid));
        Assert.That(file.Check(null), Is.EqualTo(SignatureState.NotChecked));
    }

    [Test]
    public void Notice_every_changed_character_of_a_signed_manifest()
    {
        using var key = NewKey();
        var bytes = ManifestFile.Write(Samples.Manifest(), key).Bytes.ToArray();
        var trusted = new List<int>();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            if (IsTrusted(bytes, key))
            {
                trusted.Add(i);
            }

            bytes[i] ^= 1;
        }

        // Only the white space around the signature itself may change.
        var signature = Encoding.UTF8.GetString(bytes).LastIndexOf("\"signature\"", StringComparison.Ordinal);
        Assert.That(trusted, Has.All.GreaterThan(signature));
        Assert.That(IsTrusted(bytes, key), Is.True);
    }

    [Test]
    public void Of_a_newer_format_are_refused() =>
        Refused(text => text.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal), "its format is 2");

    [Test]
    public void That_are_cut_are_refused() => Refused(text => text[..(text.Length / 2)], "");

    [Test]
    public void Whose_members_do_not_add_up_are_refused() =>
        Refused(text => text.Replace("\"length\": 300", "\"length\": 301", StringComparison.Ordinal), "do not add up");

    [Test]
    public void Whose_tables_do_not_add_up_are_refused() =>
        Refused(text => text.Replace("\"rows\": 30", "\"rows\": 31", StringComparison.Ordinal), "rows");

    [Test]
    public void Whose_tables_lie_outside_are_refused() =>
        Refused(text => text.Replace("\"memberCount\": 3", "\"memberCount\": 4", StringComparison.Ordinal), "outside");

    [Test]
    public void Notice_every_changed_character_of_an_unsigned_manifest()
    {
        var bytes = ManifestFile.Write(Samples.Manifest() with { State = new([], []) }, null).Bytes.ToArray();
        var accepted = new List<int>();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            if (IsReadable(bytes))
            {
                accepted.Add(i);
            }

            bytes[i] ^= 1;
        }

        Assert.That(accepted, Is.Empty);
        Assert.That(IsReadable(bytes), Is.True);
    }

    [Test]
    public void Of_versions_without_a_digest_are_read()
    {
        var text = Encoding.UTF8.GetString(ManifestFile.Write(Samples.Manifest(), null).Bytes.Span);
        var older = text[..text.LastIndexOf(",\n  \"digest\": ", StringComparison.Ordinal)] + "\n}\n";

        Assert.That(IsReadable(Encoding.UTF8.GetBytes(older)), Is.True);
    }

    [Test]
    public void That_are_something_else_are_refused() => Refused(_ => "[]", "");

    [TestCase(
        "genpkey -algorithm ed25519 -out key.pem", "ed25519",
        "pkeyutl -verify -pubin -inkey key.pub.pem -rawin -in signed -sigfile signature", "Verified Successfully")]
    [TestCase(
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem", "ecdsa-p256-sha256",
        "dgst -sha256 -verify key.pub.pem -signature signature signed", "Verified OK")]
    public async Task Are_signed_by_keys_of_openssl_so_that_it_agrees(string making, string algorithm, string verifying, string verified)
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-keys-").FullName;
        (await Shell.RunAsync("openssl", making.Split(' '), folder)).Succeeded();
        (await Shell.RunAsync("openssl", ["pkey", "-in", "key.pem", "-pubout", "-out", "key.pub.pem"], folder)).Succeeded();
        using var key = SigningKey.Load(Path.Combine(folder, "key.pem"), "test");
        using var same = SigningKey.Load(await File.ReadAllTextAsync(Path.Combine(folder, "key.pem")), "test");
        using var open = SigningKey.Load(Path.Combine(folder, "key.pub.pem"), "test");
        using var other = NewKey();

        var file = ManifestFile.Write(Samples.Manifest(), key);
        var text = file.Bytes.ToArray();
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "signed"), [.. text.AsSpan(0, text.AsSpan().LastIndexOf(",\n  \"signature\": "u8)), .. "\n}\n"u8]);
        await File.WriteAllBytesAsync(Path.Combine(folder, "signature"), file.Signature!.Value.ToArray());
        var openssl = await Shell.RunAsync("openssl", verifying.Split(' '), folder);
        Directory.Delete(folder, recursive: true);

        Assert.That(openssl.Everything, Does.Contain(verified));
        Assert.That((file.Signature.Algorithm, file.Signature.KeyId), Is.EqualTo((algorithm, open.Id)));
        Assert.That(IsTrusted(text, open) && IsTrusted(text, same), Is.True);
        Assert.That(IsTrusted(text, other), Is.False);
        text[text.AsSpan().IndexOf("\"rows\": "u8) + 8]++;
        Assert.That(IsTrusted(text, open), Is.False, "altered");
        Assert.That(() => open.Sign("x"u8), Throws.InstanceOf<CryptographicException>());
    }

    [TestCase("MC4CAQAwBQYDK2VwBCIEIA==")]
    [TestCase("MC4CAQAwBQYDK2Vw")]
    [TestCase("MAUGAytlcAMhAA==")]
    public void Are_not_signed_by_a_broken_key(string key)
    {
        foreach (var label in new[] { "PRIVATE KEY", "PUBLIC KEY" })
        {
            Assert.That(
                () => SigningKey.Load($"-----BEGIN {label}-----\n{key}\n-----END {label}-----\n", "BACKUP_KEY"),
                Throws.InstanceOf<GateException>().With.Message.Contains("neither an Ed25519 key"));
        }
    }

    [Test]
    public void Name_a_key_that_cannot_be_used_without_showing_it()
    {
        var problem =
            Assert.Throws<GateException>(() =>
                SigningKey.Load("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----", "BACKUP_KEY"))!.Problem;

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0325"));
        Assert.That(problem.ToString(), Does.Contain("BACKUP_KEY").And.Not.Contain("secret"));
    }

    static void Refused(Func<string, string> change, string reason)
    {
        var text = change(Encoding.UTF8.GetString(ManifestFile.Write(Samples.Manifest(), null).Bytes.Span));

        var problem = Assert.Throws<GateException>(() => ManifestFile.Read(Encoding.UTF8.GetBytes(text), "m"))!.Problem;

        Assert.That((problem.Code.Id, problem.Message), Is.EqualTo(("DBG0320", problem.Message)));
        Assert.That(problem.Message, Does.Contain(reason));
    }

    static bool IsReadable(byte[] bytes)
    {
        try
        {
            return ManifestFile.Read(bytes.ToArray(), "m").Check(null) == SignatureState.NotSigned;
        }
        catch (GateException)
        {
            return false;
        }
    }

    static bool IsTrusted(byte[] bytes, SigningKey key)
    {
        try
        {
            return ManifestFile.Read(bytes.ToArray(), "m").Check(key) == SignatureState.Valid;
        }
        catch (GateException)
        {
            return false;
        }
    }

    static SigningKey NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SigningKey.Load(key.ExportECPrivateKeyPem(), "test");
    }
}
