using DbGate.Texts;

namespace DbGate.Reports;

/// <summary>"dump shop: 1.2 GB of 2.1 GB, 180 MB/s, 5 s left (public.wallets)".</summary>
static class ProgressLine
{
    public static string From(string what, long done, long? total, TimeSpan elapsed, string? detail)
    {
        var parts = new List<string>();
        if (done > 0)
        {
            parts.Add(total is { } all ? $"{TextSanitizer.Bytes(done)} of {TextSanitizer.Bytes(all)}" : TextSanitizer.Bytes(done));
            if (elapsed.TotalSeconds >= 1)
            {
                var rate = done / elapsed.TotalSeconds;
                parts.Add($"{TextSanitizer.Bytes((long)rate)}/s");
                if (total > done)
                {
                    parts.Add($"{TextSanitizer.Duration(TimeSpan.FromSeconds((total.Value - done) / rate))} left");
                }
            }
        }

        parts.Add($"{TextSanitizer.Duration(elapsed)} so far");
        return $"  … {what}: {string.Join(", ", parts)}{(detail is null ? "" : $" ({TextSanitizer.Line(detail)})")}";
    }
}
