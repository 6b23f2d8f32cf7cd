using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using DbGate.Releases;
using DbGate.Signing;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
public sealed class CanonicalForms
{
    static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["ab\"\\\b\f\n\r\t\u0000\u001f\u007f/<é€\u2028"], 0, 8], Gen.Const("😀"));

    static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        Text.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Long[-(1L << 53), 1L << 53].Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(truth => (JsonNode?)JsonValue.Create(truth)),
        Gen.Const((JsonNode?)null));

    static readonly Gen<JsonNode?> Tree = Gen.Recursive<JsonNode?>((depth, inner) => depth > 3
        ? Leaf
        : Gen.OneOf(
            Leaf,
            inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Gen.Dictionary(Text, inner)[0, 4]
                .Select(members =>
                    (JsonNode?)new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))))));

    [Test]
    public void Are_the_same_for_every_spelling() =>
        Tree.Sample(tree => From(tree, indented: true) == From(tree, indented: false)
            && From(tree, indented: true) == From(Reversed(tree), indented: true));

    [Test]
    public void Mean_the_same_value() => Tree.Sample(tree => JsonNode.DeepEquals(JsonNode.Parse(From(tree, indented: true)), tree));

    [Test]
    public void Are_their_own_canonical_form() =>
        Tree.Sample(tree => From(JsonNode.Parse(From(tree, indented: true)), indented: true) == From(tree, indented: true));

    [TestCase("""{"b":1,"a":[2, "x"],"€":null,"\u0061a":true}""", """{"a":[2,"x"],"aa":true,"b":1,"€":null}""")]
    [TestCase("""["\u000f\n\u0022\/\u20ac"]""", """["\u000f\n\"/€"]""")]
    [TestCase("""{"\ufb33":1,"\ud83d\ude00":2}""", "{\"😀\":2,\"\ufb33\":1}", Description = "UTF-16 order, as in the RFC's own example")]
    public void Are_those_of_the_rfc(string json, string canonical) =>
        Assert.That(From(JsonNode.Parse(json), indented: false), Is.EqualTo(canonical));

    [TestCase("1.5")]
    [TestCase("9007199254740993")]
    [TestCase("1e400")]
    public void Refuse_numbers_that_readers_do_not_agree_on(string number) =>
        Assert.That(() => CanonicalJson.From(JsonDocument.Parse(number).RootElement), Throws.TypeOf<FormatException>());

    static string From(JsonNode? tree, bool indented) =>
        Encoding.UTF8.GetString(CanonicalJson.From(JsonDocument.Parse(Write(tree, indented)).RootElement));

    static string Write(JsonNode? tree, bool indented) => tree?.ToJsonString(new JsonSerializerOptions
    {
        WriteIndented = indented,
        Encoder = indented ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping : JavaScriptEncoder.Default,
    }) ?? "null";

    static JsonNode? Reversed(JsonNode? tree) => tree switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(member => KeyValuePair.Create(member.Key, Reversed(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Reversed)]),
        _ => tree?.DeepClone(),
    };
}
