namespace DbGate.Configuration;

/// <summary>What makes a review on GitHub an approval of one plan.</summary>
enum ApprovalBinding
{
    /// <summary>The plan was made by the reviewed workflow run, before the review.</summary>
    Run,

    /// <summary>The review's comment names the plan's digest.</summary>
    Comment,
}
