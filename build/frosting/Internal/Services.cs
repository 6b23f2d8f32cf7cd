using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.IO;
using Cake.Core.Packaging;
using Cake.Core.Tooling;

namespace Cake.Frosting.Internal;

sealed record WorkingDirectory(DirectoryPath Path);

/// <summary>Cake's settings: cake.config, environment variables and arguments.</summary>
sealed class Settings(IFileSystem fileSystem, ICakeEnvironment environment, ICakeArguments arguments) : ICakeConfiguration
{
    readonly ICakeConfiguration configuration = new CakeConfigurationProvider(fileSystem, environment).CreateConfiguration(
        environment.WorkingDirectory,
        arguments.GetArguments().ToDictionary(argument => argument.Key, argument => argument.Value?.FirstOrDefault() ?? ""));

    public string GetValue(string key) => configuration.GetValue(key);
}

/// <summary>The engine's context asks for an installer of tools; this build installs none.</summary>
sealed class NoToolInstaller : IToolInstaller
{
    public IEnumerable<FilePath> Install(PackageReference tool) =>
        throw new NotSupportedException($"Tool '{tool.Package}' cannot be installed: no package installer is part of this host.");
}
