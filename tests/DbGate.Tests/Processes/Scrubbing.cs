using System.Text;
using CsCheck;
using DbGate.Processes;

namespace DbGate.Tests.Processes;

[Parallelizable(ParallelScope.All)]
public sealed class Scrubbing
{
    [Test]
    public void Replaces_the_longest_secret_first() =>
        Assert.That(new Scrubber(["pass", "", "password"]).Scrub("a password and a pass"), Is.EqualTo("a *** and a ***"));

    [Test]
    public void Finds_a_secret_wherever_a_stream_cuts_it() =>
        Gen.Select(Gen.Int[1, 30_000], Gen.Int[0, 20_000]).Sample((before, after) =>
        {
            var bytes = Encoding.UTF8.GetBytes(new string('x', before) + "geheimnis" + new string('y', after));
            var lines = new List<string>();
            var capture = new LineCapture(new Scrubber(["geheimnis"]), 100_000, isError: true, line => lines.Add(line.Text));
            using var stream = new MemoryStream(bytes);
            capture.DrainAsync(stream).GetAwaiter().GetResult();

            var all = string.Concat(lines);
            return !all.Contains("geheimnis", StringComparison.Ordinal)
                && all.Contains("***", StringComparison.Ordinal)
                && all.Length == before + 3 + after;
        }, iter: 300);
}
