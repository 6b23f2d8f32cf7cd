using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>A step that can state before it runs what it would find: <c>--dryrun</c> asks it.</summary>
interface IPreviewedStep : IStep
{
    /// <summary>Reads and writes nothing: no store, no database, no evidence, no file.</summary>
    /// <param name="context">The run's settings and target.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    Task<StepResult> PreviewAsync(GateContext context, CancellationToken cancellationToken);
}
