/// <summary>Outside of any namespace, so that it frames every test of the assembly.</summary>
[SetUpFixture]
public sealed class Counterparts : SharedCounterparts;
