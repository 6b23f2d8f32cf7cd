namespace DbGate.EndToEnd;

[SetUpFixture]
public sealed class Counterparts : SharedCounterparts
{
    [OneTimeTearDown]
    public Task StopReleaseServer() => ReleaseServer.StopAsync();
}
