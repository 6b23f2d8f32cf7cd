namespace DbGate.EndToEnd;

[SetUpFixture]
public sealed class Counterparts : SharedCounterparts;
