namespace DbGate.Terminal;

/// <summary>
/// Where the one document of JSON mode goes. Everything else that writes to standard output, such as Cake's own errors, then goes to
/// standard error.
/// </summary>
/// <param name="Writer">The process's standard output.</param>
sealed record ReportOutput(TextWriter Writer);
