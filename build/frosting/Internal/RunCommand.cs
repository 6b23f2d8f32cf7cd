using Cake.Cli;
using Cake.Cli.Infrastructure;
using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Scripting;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console.Cli;

namespace Cake.Frosting.Internal;

sealed class RunCommand(IServiceCollection services) : Command<Options>
{
    public override int Execute(CommandContext context, Options options, CancellationToken cancellationToken)
    {
        services.AddSingleton<ICakeArguments>(context.Remaining.ToCakeArguments(options.Targets));
        services.AddSingleton(context.Remaining);
        using var provider = services.BuildServiceProvider();
        try
        {
            Run(provider, options);
            return 0;
        }
        catch (Exception exception)
        {
            return provider.GetRequiredService<ICakeLog>().LogException(exception);
        }
    }

    static void Run(ServiceProvider provider, Options options)
    {
        if (options.Version)
        {
            provider.GetRequiredService<VersionFeature>().Run(provider.GetRequiredService<IConsole>());
            return;
        }

        if (options.Info)
        {
            provider.GetRequiredService<InfoFeature>().Run(provider.GetRequiredService<IConsole>());
            return;
        }

        var log = provider.GetRequiredService<ICakeLog>();
        log.Verbosity = options.Verbosity ?? Verbosity.Normal;
        EnterWorkingDirectory(provider, options);

        // The folder may hold a configuration file that sets the verbosity.
        log.Verbosity = provider.GetRequiredService<ICakeConfiguration>().GetVerbosity(options.Verbosity);

        provider.GetRequiredService<TaskRegistration>().Apply();
        var host = ChooseHost(provider, options);
        if (options.Exclusive)
        {
            host.Settings.UseExclusiveTarget();
        }

        host.RunTargets(options.Targets);
    }

    static IScriptHost ChooseHost(IServiceProvider provider, Options options) => options switch
    {
        { DryRun: true } => provider.GetRequiredService<DryRunScriptHost<IFrostingContext>>(),
        { Tree: true } => provider.GetRequiredService<TreeScriptHost>(),
        { Description: true } => provider.GetRequiredService<DescriptionScriptHost>(),
        _ => provider.GetRequiredService<BuildScriptHost<IFrostingContext>>(),
    };

    static void EnterWorkingDirectory(IServiceProvider provider, Options options)
    {
        var environment = provider.GetRequiredService<ICakeEnvironment>();
        var chosen = options.WorkingDirectory ?? provider.GetService<WorkingDirectory>()?.Path;
        var directory = chosen?.MakeAbsolute(environment) ?? environment.WorkingDirectory;
        environment.WorkingDirectory = provider.GetRequiredService<IFileSystem>().Exist(directory)
            ? directory
            : throw new FrostingException($"The working directory '{directory.FullPath}' does not exist.");
    }
}
