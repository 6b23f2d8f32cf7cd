using System.Reflection;
using Cake.Cli;
using Cake.Common.Modules;
using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Modules;
using Cake.Core.Tooling;
using Cake.Frosting.Internal;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console.Cli;

namespace Cake.Frosting;

/// <summary>Finds the tasks, parses the command line and runs the targets.</summary>
public sealed class CakeHost
{
    readonly ServiceCollection services = new();
    readonly List<Assembly> assemblies = [];

    /// <summary>Starts with the tasks of the entry assembly.</summary>
    public CakeHost()
    {
        if (Assembly.GetEntryAssembly() is { } entry)
        {
            assemblies.Add(entry);
        }

        services.AddCakeDiagnostics().UseModule<CoreModule>().UseModule<CommonModule>();
        services.AddSingleton<ICakeConfiguration, Settings>();
        services.AddSingleton<IToolInstaller, NoToolInstaller>();
        services.AddSingleton<BuildScriptHost<IFrostingContext>>();
        services.AddSingleton<DryRunScriptHost<IFrostingContext>>();
        services.AddSingleton<TreeScriptHost>();
        services.AddSingleton<DescriptionScriptHost>();
        services.AddSingleton<IVersionResolver, VersionResolver>();
        services.AddSingleton<VersionFeature>();
        services.AddSingleton<InfoFeature>();
        services.AddSingleton<TaskRegistration>();
        services.AddSingleton<FrostingContext>();
        services.AddSingleton<IFrostingContext>(provider => provider.GetRequiredService<FrostingContext>());
    }

    /// <summary>Creates a host.</summary>
    public static CakeHost Create() => new();

    /// <summary>Adds the public tasks of another assembly.</summary>
    public CakeHost AddAssembly(Assembly assembly)
    {
        assemblies.Add(assembly);
        return this;
    }

    /// <summary>Adds or replaces services.</summary>
    public CakeHost ConfigureServices(Action<IServiceCollection> services)
    {
        services(this.services);
        return this;
    }

    /// <summary>Runs the targets that the arguments name. Returns 0, or 1 when a task failed, or 255 (-1) for a bad option value.</summary>
    public int Run(IEnumerable<string> args)
    {
        foreach (var task in assemblies.SelectMany(assembly => assembly.GetExportedTypes()).Where(IsTask))
        {
            services.AddSingleton(typeof(IFrostingTask), task);
        }

        var registrar = new TypeRegistrar();
        registrar.RegisterInstance(typeof(IServiceCollection), services);
        var app = new CommandApp<RunCommand>(registrar);
        app.Configure(config =>
        {
            config.AddExample();
            config.AddExample("--verbosity", "quiet");
            config.AddExample("--tree");

            // "--version=1.2.3" is an argument of the build's own, "--version" alone is the flag.
            config.Settings.ConvertFlagsToRemainingArguments = true;
        });
        return app.Run(args);
    }

    static bool IsTask(Type type) => type is { IsClass: true, IsAbstract: false } && typeof(IFrostingTask).IsAssignableFrom(type);
}
