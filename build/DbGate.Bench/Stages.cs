using System.Globalization;

namespace DbGate.Bench;

/// <summary>Prints when each stage of a run begins, in seconds since the process started: where its time goes.</summary>
sealed class Stages<T>(Func<T, string> name) : IProgress<T>
{
    string last = "";

    /// <inheritdoc/>
    public void Report(T value)
    {
        if (name(value) is var stage && stage != last)
        {
            last = stage;
            using var own = System.Diagnostics.Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(DateTime.Now - own.StartTime).TotalSeconds:0.00} {stage}"));
        }
    }
}
