using NUnit.Framework;

namespace DbGate.Testing;

/// <summary>
/// Ends what an assembly's tests shared. Each test assembly has one line for it, outside of any namespace:
/// <c>[SetUpFixture] public sealed class Counterparts : SharedCounterparts;</c>
/// </summary>
public abstract class SharedCounterparts
{
    /// <summary>Runs after the last test.</summary>
    [OneTimeTearDown]
    public Task StopAsync() => Task.WhenAll(TestServer.StopSharedAsync(), S3Server.StopSharedAsync(), GitHub.Prism.StopSharedAsync());
}
