using System.Text;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

[Parallelizable(ParallelScope.All)]
public sealed class LineLimits
{
    [TestCase("SELECT 1;\nSELECT 2;\n", true)]
    [TestCase("0123456789012345678901234567890123456789", true, Description = "40 bytes")]
    [TestCase("01234567890123456789012345678901234567890", false)]
    [TestCase("SELECT 1;\n01234567890123456789012345678901234567890\n", false)]
    [TestCase(
        "COPY public.t (id) FROM stdin;\n01234567890123456789012345678901234567890\n\\.\n", true,
        Description = "rows are passed on in pieces")]
    [TestCase("COPY public.t (id) FROM stdin;\r\n01234567890123456789012345678901234567890\r\n\\.\r\n", true)]
    [TestCase(
        "COPY public.t (id) FROM stdin;\n1\n\\.\n01234567890123456789012345678901234567890\n", false, Description = "behind the rows")]
    [TestCase("COPY public.t TO stdout;\n01234567890123456789012345678901234567890\n", false)]
    public void Are_of_statements(string text, bool expected)
    {
        for (var size = 1; size <= text.Length; size++)
        {
            var limit = new LineLimit(40);
            var isShort = Encoding.ASCII.GetBytes(text).Chunk(size).All(part => limit.Read(part));
            Assert.That(isShort, Is.EqualTo(expected), $"in parts of {size} bytes");
        }
    }
}
