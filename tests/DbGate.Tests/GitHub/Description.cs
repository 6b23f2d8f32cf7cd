using System.Text;
using DbGate.Testing.GitHub;
using DbGate.Testing.Http;

namespace DbGate.Tests.GitHub;

/// <summary>The check against GitHub's description is one that can fail.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Description
{
    [TestCase("POST", "/repos/acme/shop/check-runs", """{"name":"DbGate"}""", "head_sha")]
    [TestCase("POST", "/repos/acme/shop/statuses/abc", """{"state":"passed"}""", "state")]
    [TestCase("GET", "/repos/acme/shop/issues?state=every", "", "state")]
    [TestCase("POST", "/repos/acme/shop/actions/runs/1/deployment_protection_rule", """{"environment_name":"production"}""", "validation")]
    [TestCase("GET", "/repos/acme/shop/nowhere", "", "404")]
    public async Task Refuses(string method, string target, string body, string why)
    {
        if (Shell.Find("npm") is null && !Counterpart.IsRequired)
        {
            Assert.Ignore("Node.js is not installed");
        }

        var prism = await Prism.SharedAsync();
        var request =
            new HttpExchange(
                method, target, new Dictionary<string, string> { ["Authorization"] = "Token x" }, Encoding.UTF8.GetBytes(body));

        Assert.That(await prism.CheckAsync(request), Does.Contain(why));
    }
}
