namespace DbGate.Backups.Archive;

/// <summary>Where in the file a part is.</summary>
enum PartPlace
{
    /// <summary>After all parts before it, and before all parts after it.</summary>
    InOrder,

    /// <summary>As <see cref="InOrder"/>, but for the parts in runs among its neighbours, which may come before or after it.</summary>
    AmongRuns,

    /// <summary>In runs of whole members, in turns with the neighbours that are <see cref="AmongRuns"/> or in runs themselves.</summary>
    InRuns,
}

/// <summary>A stretch of the file that one part wrote.</summary>
/// <param name="Part">The part's order.</param>
/// <param name="Length">Bytes; 0 when the part had nothing, or nothing more, to write.</param>
readonly record struct FileRun(int Part, long Length);
