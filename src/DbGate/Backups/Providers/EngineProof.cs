using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Backups.Providers;

/// <summary>What DbGate found out about a backup of an engine; a small object in DbGate's own store.</summary>
sealed record EngineProof
{
    /// <summary>The version of the format that this DbGate writes.</summary>
    public const int CurrentFormat = 1;

    const int Limit = 64 << 20;

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Who wrote it.</summary>
    public required string Tool { get; init; }

    /// <summary>The engine, for people.</summary>
    public required string Engine { get; init; }

    /// <summary>The environment, in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required ProofSource Source { get; init; }

    /// <summary>The base backup.</summary>
    public required EngineBackup Backup { get; init; }

    /// <summary>Where a recovery stops.</summary>
    public required RestorePoint Point { get; init; }

    /// <summary>WAL segments that a recovery reads, and that the archive has; 0 where the engine does not show them.</summary>
    public required long WalSegments { get; init; }

    /// <summary>What was verified, for people.</summary>
    public required string Verified { get; init; }

    /// <summary>How far: L0 or L1. A restore test is a record of its own.</summary>
    public required string Level { get; init; }

    /// <summary>What is not covered.</summary>
    public required IReadOnlyList<string> NotChecked { get; init; }

    /// <summary>What the database contained at the restore point; null when it was not read.</summary>
    public EngineContent? Content { get; init; }

    /// <summary>Writes it. Its key has whole seconds; a second proof of the same second takes the next one.</summary>
    public static async Task<EngineProofFile> WriteAsync(
        IObjectStore store, DateTimeOffset at, EngineProof proof, SigningKey? signingKey, CancellationToken cancellationToken)
    {
        string key;
        while (await store.HeadAsync(
            key = BackupName.For(proof.Source.DatabaseName, proof.Environment, at).ProofKey, cancellationToken) is not null)
        {
            at += TimeSpan.FromSeconds(1);
        }

        var document = SignedDocument.Write(
            JsonSerializer.SerializeToUtf8Bytes(proof, EngineProofJson.Readable.EngineProof), signingKey);
        await store.WriteBytesAsync(key, document.Bytes, cancellationToken);
        return new(key, store.Location, proof, document.Sha256);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="GateException">DBG0378: it is unreadable, or its signature is missing or invalid.</exception>
    public static async Task<EngineProofFile> ReadAsync(
        IObjectStore store, string key, SigningKey? signingKey, CancellationToken cancellationToken)
    {
        var document = SignedDocument.Read(await store.ReadBytesAsync(key, Limit, cancellationToken));
        if (document.Check(signingKey) is var state
            && (state == SignatureState.Invalid || (signingKey is not null && state != SignatureState.Valid)))
        {
            throw EngineProblems.Proof(key, $"its signature: {state}");
        }

        try
        {
            var proof = JsonSerializer.Deserialize(document.Bytes.Span, EngineProofJson.Readable.EngineProof);
            return proof is { Format: CurrentFormat }
                ? new(key, store.Location, proof, document.Sha256)
                : throw EngineProblems.Proof(key, $"its format is {proof?.Format}, this DbGate reads {CurrentFormat}");
        }
        catch (JsonException fault)
        {
            throw EngineProblems.Proof(key, fault.Message);
        }
    }
}

/// <summary>The database that a proof is about.</summary>
/// <param name="SystemIdentifier">Of the cluster.</param>
/// <param name="DatabaseOid">Of the database.</param>
/// <param name="DatabaseName">Its name.</param>
/// <param name="ServerVersion">150018 is 15.18.</param>
/// <param name="Superuser">A superuser who can log in, for the restored cluster.</param>
/// <param name="Libraries">Preloaded libraries that extensions of the database need.</param>
/// <param name="Settings">Settings of the server without which a recovery of the cluster may not run.</param>
/// <param name="WalSegmentSize">Bytes of a WAL segment.</param>
sealed record ProofSource(
    string SystemIdentifier, uint DatabaseOid, string DatabaseName, int ServerVersion, string Superuser,
    IReadOnlyList<string> Libraries, IReadOnlyDictionary<string, string> Settings, long WalSegmentSize);

/// <summary>A proof in its store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Store">The store, for people.</param>
/// <param name="Proof">What it states.</param>
/// <param name="Sha256">Of the file, lower-case hex.</param>
sealed record EngineProofFile(string Key, string Store, EngineProof Proof, string Sha256)
{
    /// <summary>For people.</summary>
    public string Location => $"{Store}/{Key}";
}

/// <summary>The JSON of proofs, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(EngineProof))]
sealed partial class EngineProofJson : JsonSerializerContext
{
    /// <summary>Names stay readable: the file is JSON by itself, never part of a web page.</summary>
    public static EngineProofJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
