using DbGate.Releases.Plans;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
public sealed class PlannedFileChanges
{
    [TestCase("a;\nb;\n", "a;\nc;\n", 2, "line 2 of the approved file was: b;", TestName = "A line that was changed")]
    [TestCase("a;\n", "a;\nb;\n", 2, "the approved file ended here", TestName = "A line that was added at the end")]
    [TestCase("a;\nb;\n", "a;\n", 2, "line 2 of the approved file was: b;", TestName = "A line that was taken out")]
    [TestCase(
        "a;\nb;\n", "a;\r\nb;\r\n", 1, "only the line ends of line 1 differ from the approved file", TestName = "Line ends of Windows")]
    public void Show_the_first(string planned, string now, int line, string words)
    {
        var change = PlannedFileChange.Between("1_a", planned, now);

        Assert.That((change.Words, change.Location.Line), Is.EqualTo((words, (int?)line)));
    }
}
