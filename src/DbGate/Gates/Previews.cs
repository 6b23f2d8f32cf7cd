using System.Globalization;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>What a dry run knows about a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Found">What it read; null when it was not asked, or could not be.</param>
/// <param name="NotKnown">What only the run itself shows; null when there is nothing.</param>
sealed record StepPreview(StepDescriptor Step, StepResult? Found, string? NotKnown);

/// <summary>Looks ahead for a dry run. Changes nothing and decides nothing: a later run finds what is true then.</summary>
static class Previews
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>Asks every step that can be asked.</summary>
    /// <param name="input">What the host was given.</param>
    /// <param name="steps">The steps of the run, in order.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<IReadOnlyList<StepPreview>> ReadAsync(
        GateInput input, IReadOnlyList<IStep> steps, CancellationToken cancellationToken)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // until this method returns
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Deadline);
        Settings settings;
        try
        {
            settings = input.ReadSettings();
        }
        catch (GateException exception)
        {
            return [.. steps.Select(step => From(step, step is IPreviewedStep ? Stopped(exception.Problem) : null))];
        }

        await using var context = new GateContext(settings);
        var previews = new List<StepPreview>();
        foreach (var step in steps)
        {
            previews.Add(From(step, step is IPreviewedStep asked ? await ReadAsync(asked, context, limit.Token) : null));
        }

        return previews;
    }

    static async Task<StepResult> ReadAsync(IPreviewedStep step, GateContext context, CancellationToken cancellationToken)
    {
        try
        {
            var found = await step.PreviewAsync(context, cancellationToken);
            return found with { Problems = [.. context.Waive(found.Problems)] };
        }
        catch (GateException exception)
        {
            return Stopped(exception.Problem);
        }
        catch (OperationCanceledException)
        {
            return new StepResult { Summary = $"not known: not read within {Deadline.TotalSeconds:0} s" };
        }
#pragma warning disable CA1031 // A dry run shows what it could not find out, whatever the reason was.
        catch (Exception exception)
        {
            return Stopped(ConfigurationProblems.Internal(exception));
        }
#pragma warning restore CA1031
        finally
        {
            await context.CloseSessionAsync();
        }
    }

    static StepPreview From(IStep step, StepResult? found) => new(step.Descriptor, found, TaskCatalog.Find(step.Descriptor.Name)?.NotKnown);

    static StepResult Stopped(Problem problem) => new() { Summary = $"not known: {problem.Message}", Problems = [problem] };
}
