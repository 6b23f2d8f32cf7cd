namespace DbGate.Tests;

/// <summary>Compares a text with a committed file. <c>DBGATE_ACCEPT=1 dotnet test</c> writes the file instead.</summary>
static class Snapshot
{
    public static void Compare(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("DBGATE_ACCEPT") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.That(
            File.Exists(file) ? File.ReadAllText(file) : "", Is.EqualTo(actual),
            $"{file} is not what is said now; accept with DBGATE_ACCEPT=1");
    }
}
