using System.Text.Json.Serialization;

namespace DbGate.Service.Statistics;

/// <summary>The shape of <c>/admin/database/stats</c>, for the OpenAPI document.</summary>
/// <param name="SizeBytes">As <c>pg_database_size</c> states.</param>
/// <param name="SizeMegabytes">The same in whole megabytes of 1,048,576 bytes.</param>
/// <param name="TableCount">How many tables there are; partitions count under their parent.</param>
/// <param name="Tables">The largest first.</param>
sealed record StatisticsBody(
    long SizeBytes, [property: JsonPropertyName("sizeMB")] long SizeMegabytes, int TableCount, IReadOnlyList<StatisticsTable> Tables);

/// <summary>One table of it.</summary>
/// <param name="Name">Schema and table.</param>
/// <param name="RowCount">PostgreSQL's estimate, or with <c>?exact=true</c> the count.</param>
sealed record StatisticsTable(string Name, long RowCount);
