using System.Security.Cryptography;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Restores;

/// <summary>
/// A dump in <c>pg_dump</c>'s custom or directory format. The machine's <c>pg_restore</c> writes it as a plain dump, once to verify it and
/// once to load it; no file is made of it.
/// </summary>
sealed class PgRestoreMaterial : FileMaterial
{
    readonly string path;
    readonly string format;
    readonly RestoreRequest request;
    ClientTool? tool;

    public PgRestoreMaterial(string path, string format, FileStream file, RestoreRequest request)
        : base(path, file, compressed: false) => (this.path, this.format, this.request) = (path, format, request);

    public override IReadOnlyList<string> NotChecked =>
    [
        $"contents: a dump in pg_dump's {format} format has no manifest, so its expected contents are unknown; pg_restore read all of it "
            + "without an error",
        .. Directory.Exists(path)
            && Directory.EnumerateFiles(path)
                .Any(file => Path.GetExtension(file) is not (".gz" or ".toc") && Path.GetFileName(file) != "toc.dat")
            ? ["the ends of files that are not compressed by gzip: nothing in them shows that they were cut"]
            : Array.Empty<string>(),
    ];

    public override async Task DemandAsync(Session session, CancellationToken cancellationToken)
    {
        tool ??= await ClientTools.FindAsync("pg_restore", session.ServerMajor, cancellationToken);
        if (tool.Image is not null)
        {
            throw RestoreProblems.WrongDatabase(
                $"pg_restore is needed on this machine to read {path}; only an image has it.",
                "Install PostgreSQL's client programs on this machine.");
        }

        await base.DemandAsync(session, cancellationToken);
    }

    // pg_restore of PostgreSQL 18 writes what there is of a cut file of a directory, and reports no error.
    public override async Task VerifyAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            await Task.Run(() => DemandWhole(Directory.GetFiles(path, "*.gz"), cancellationToken), cancellationToken);
        }

        await base.VerifyAsync(cancellationToken);
    }

    void DemandWhole(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            try
            {
                using var whole = new ValidatingGzipStream(File.OpenRead(file));
                var buffer = new byte[256 * 1024];
                while (whole.Read(buffer, 0, buffer.Length) > 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
            catch (InvalidDataException fault)
            {
                throw RestoreProblems.NoDump(
                    path, $"is a dump in pg_dump's {format} format, and {Path.GetFileName(file)} is damaged: {fault.Message}");
            }
        }
    }

    // What pg_restore itself can leave out. Other changes concern archives of DbGate.
    string[] Arguments =>
    [
        "--file=-",
        .. request.Changes.OmitsOwners ? ["--no-owner"] : Array.Empty<string>(),
        .. request.Changes.OmitsPrivileges ? ["--no-privileges"] : Array.Empty<string>(),
        Path.GetFullPath(path),
    ];

    protected override void Report(LoadProgress progress, int bytes) => progress.Add(bytes);

    protected override long Length => 0;

    protected override void ReadText(IncrementalHash hash, Take take, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var command = tool!.Command(Arguments, new Dictionary<string, string?>()) with { Deadline = request.Options.Deadline };
        var child = ChildProcess.Start(command, stop.Token);
        try
        {
            // Without pg_restore's own \restrict, whose key is another one each time.
            var frame = new DumpFrame(bytes =>
            {
                hash.AppendData(bytes);
                take(bytes);
            });
            var buffer = new byte[256 * 1024];
            int read;
            while ((read = child.StandardOutput.Read(buffer, 0, buffer.Length)) > 0)
            {
                frame.Write(buffer.AsSpan(0, read));
            }

            frame.Complete();

            var outcome = child.WaitAsync().GetAwaiter().GetResult();
            if (!outcome.Succeeded)
            {
                throw RestoreProblems.NoDump(
                    path,
                    $"is a dump in pg_dump's {format} format, and pg_restore {tool.Version} cannot read it: "
                        + $"{RestoreProblems.LastWords(outcome.StandardError)}");
            }
        }
        finally
        {
            stop.Cancel();
            child.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
