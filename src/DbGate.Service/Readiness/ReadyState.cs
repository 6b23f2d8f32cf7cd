using System.Text;
using DbGate.Checks;
using DbGate.Readiness;
using DbGate.Releases;

namespace DbGate.Service.Readiness;

/// <summary>One run of the checks.</summary>
/// <param name="Reports">As they ended, with everything they know; for logs and for /admin.</param>
/// <param name="Public">The same, fit to be told to anyone.</param>
/// <param name="TakenAt">When it ended.</param>
sealed record ReadyState(IReadOnlyList<CheckReport> Reports, IReadOnlyList<CheckReport> Public, DateTimeOffset TakenAt)
{
    /// <summary>200 or 503.</summary>
    public bool IsReady { get; } = ReadyDocument.IsReady(Reports);

    /// <summary>The body of the answer, made once.</summary>
    public ReadOnlyMemory<byte> Body { get; } = Encoding.UTF8.GetBytes(ReadyDocument.Render([.. Public]));
}
