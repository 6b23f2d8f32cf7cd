using System.Reflection;

namespace DbGate;

/// <summary>DbGate's own version.</summary>
static class ToolVersion
{
    /// <summary>Without build metadata, such as <c>1.2.0</c>.</summary>
    public static string Current { get; } =
        (typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0")
            .Split('+')[0];
}
