using Cake.Core;

namespace Cake.Frosting;

/// <summary>What every task is given.</summary>
public interface IFrostingContext : ICakeContext;

/// <summary>The standard context; a build's own context derives from it.</summary>
public class FrostingContext(ICakeContext context) : CakeContextAdapter(context), IFrostingContext;

/// <summary>The build itself is put together wrongly.</summary>
public sealed class FrostingException(string message) : Exception(message);
