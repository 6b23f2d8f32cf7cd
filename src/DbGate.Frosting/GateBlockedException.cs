namespace DbGate.Frosting;

/// <summary>Ends a task whose step blocks. Everything worth knowing has been shown before.</summary>
public sealed class GateBlockedException : Exception
{
    /// <summary>States which step it was.</summary>
    public GateBlockedException(string step)
        : base($"{step} blocks; see above")
    {
    }
}
