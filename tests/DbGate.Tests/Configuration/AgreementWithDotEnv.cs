using System.Text.Json;
using CsCheck;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Tests.Configuration;

/// <summary>DbGate and the application must read the same values from the same file.</summary>
[Category("Prisma")]
public sealed class AgreementWithDotEnv
{
    const string Script = """
        const { parse } = require('dotenv')
        process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0)).map(text => Object.entries(parse(text)))))
        """;

    static readonly Gen<string> Line = Gen.Select(
        Gen.OneOf(new[] { "A", "B", "export C", "D_1", " E", "F ", "# G" }.Select(Gen.Const).ToArray()),
        Gen.OneOf(new[] { "=", "= ", "=\t" }.Select(Gen.Const).ToArray()),
        Gen.OneOf(
            Gen.String[Gen.Char["ab =#'\"`\\n,"], 0, 12],
            Gen.String[Gen.Char["ab =#\\n,\n"], 0, 12].Select(text => $"'{text}'"),
            Gen.String[Gen.Char["ab =#'\\nr,\n"], 0, 12].Select(text => $"\"{text}\""),
            Gen.String[Gen.Char["ab =#'\"\\n,\n"], 0, 12].Select(text => $"`{text}` # comment")),
        (name, equals, value) => name + equals + value);

    [Test]
    public async Task Reads_what_the_npm_package_reads_or_refuses()
    {
        var texts = Sample(Line.Array[1, 4].Select(lines => string.Join('\n', lines)), 3_000);
        var accepted = texts.Select(text => (text, ours: Parse(text))).Where(pair => pair.ours is not null).ToArray();
        var node =
            await Shell.RunAsync(
                "node", ["-e", Script], await Prisma.FolderAsync(), input: JsonSerializer.Serialize(accepted.Select(pair => pair.text)));
        var theirs = JsonSerializer.Deserialize<string[][][]>(node.Succeeded().Output)!;

        Assert.That(accepted, Has.Length.GreaterThan(500));
        Assert.That(
            accepted.Zip(theirs).Where(pair => !Same(pair.First.ours!, pair.Second)).Select(pair => pair.First.text),
            Is.Empty);
    }

    static bool Same(Dictionary<string, string> ours, string[][] theirs) =>
        ours.Count == theirs.Length && theirs.All(entry => ours.TryGetValue(entry[0], out var value) && value == entry[1]);

    static Dictionary<string, string>? Parse(string text)
    {
        try
        {
            var values = new Dictionary<string, string>();
            foreach (var entry in DotEnvFile.Parse(text, ".env", new Dictionary<string, string>()))
            {
                values[entry.Name] = entry.Value;
            }

            return values;
        }
        catch (GateException)
        {
            return null; // DbGate is stricter
        }
    }

    static string[] Sample(Gen<string> gen, int count)
    {
        var samples = new List<string>();
        gen.Sample(samples.Add, iter: count, threads: 1);
        return [.. samples];
    }
}
