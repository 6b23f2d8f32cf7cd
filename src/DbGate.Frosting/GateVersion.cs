using System.Reflection;
using Cake.Cli;

namespace DbGate.Frosting;

/// <summary>What <c>--version</c> answers: DbGate's own version, not that of the program which hosts it.</summary>
sealed class GateVersion : IVersionResolver
{
    static readonly string Informational =
        typeof(GateVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public string GetVersion() => Informational.Split('+')[0];

    public string GetProductVersion() => Informational;
}
