namespace DbGate.Testing.Http;

/// <summary>How a service or the network can misbehave at one request.</summary>
public abstract record Fault
{
    /// <summary>Closes the connection; the request had no effect.</summary>
    public sealed record Drop : Fault;

    /// <summary>The request has its effect, and the connection closes before the answer.</summary>
    public sealed record LoseAnswer : Fault;

    /// <summary>Never answers.</summary>
    public sealed record Silence : Fault;

    /// <summary>Answers with this instead; the request had no effect.</summary>
    public sealed record Answer(int Status, string Body = "", string ContentType = "application/xml") : Fault
    {
        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    }

    /// <summary>Closes the connection after so many bytes of the answer's body.</summary>
    public sealed record Cut(int After) : Fault;

    /// <summary>Changes the answer's body on its way.</summary>
    public sealed record Alter(Action<byte[]> Change) : Fault;
}
