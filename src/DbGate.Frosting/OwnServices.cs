using Cake.Frosting;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Frosting;

/// <summary>What the build has registered itself. It is kept: DbGate puts its own around it, or leaves it.</summary>
static class OwnServices
{
    /// <summary>True when the build has a service of its own; one of Cake's is a default that DbGate replaces.</summary>
    static bool HasOwn<TService>(this IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(TService)) is { } service && !IsOfCake(service);

    /// <summary>Registers DbGate's service unless the build has its own.</summary>
    public static IServiceCollection AddUnlessOwn<TService>(this IServiceCollection services, Func<IServiceProvider, TService> create)
        where TService : class => services.HasOwn<TService>() ? services : services.AddSingleton(create);

    /// <summary>Runs DbGate's lifetime around that of the build.</summary>
    public static IServiceCollection AddLifetime(this IServiceCollection services)
    {
        var (setup, teardown) = (Take<IFrostingSetup>(services), Take<IFrostingTeardown>(services));
        return services
            .AddSingleton<GateLifetime>()
            .AddSingleton(provider => new LifetimeAround(provider.GetRequiredService<GateLifetime>(), setup(provider), teardown(provider)))
            .AddSingleton<IFrostingSetup>(provider => provider.GetRequiredService<LifetimeAround>())
            .AddSingleton<IFrostingTeardown>(provider => provider.GetRequiredService<LifetimeAround>());
    }

    /// <summary>Takes the last registration out, which is the one that counts.</summary>
    static Func<IServiceProvider, TService?> Take<TService>(IServiceCollection services)
        where TService : class
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(TService)) is not { } own)
        {
            return _ => null;
        }

        services.Remove(own);
        return provider => (TService?)(own.ImplementationInstance
            ?? own.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, own.ImplementationType!));
    }

    static bool IsOfCake(ServiceDescriptor service)
    {
        var type =
            service.ImplementationType ?? service.ImplementationInstance?.GetType() ?? service.ImplementationFactory?.Method.DeclaringType;
        return type?.Assembly.GetName().Name?.StartsWith("Cake.", StringComparison.Ordinal) == true;
    }
}
