using System.CommandLine;
using DbGate.Configuration;
using DbGate.Gates;

namespace DbGate.Cli.CommandLine;

/// <summary>
/// The grammar of <c>dbgate</c>: tasks as words or as <c>--target</c>, and every option of <see cref="SettingsCatalog"/> and
/// <see cref="HostOption"/>. What is unknown is distinguished here and refused by its own problem, with the nearest name.
/// </summary>
static class CommandLineParser
{
    static readonly Argument<string[]> Words = new("task") { Arity = ArgumentArity.ZeroOrMore };

    static readonly Dictionary<string, Option> Settings = SettingsCatalog.All
        .Where(setting => setting.Option is not null)
        .ToDictionary(setting => setting.Option!, OptionOf, StringComparer.Ordinal);

    static readonly Dictionary<HostOption, Option> Host = HostOption.All.ToDictionary(option => option, OptionOf);

    static readonly RootCommand Root = Build();

    // An argument that begins with @ is a value, not a file of arguments.
    static readonly ParserConfiguration Configuration = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>Answers the shells that complete through <c>dotnet-suggest</c>; null when the arguments ask for something else.</summary>
    public static int? Suggest(IReadOnlyList<string> args) => args is [['[', ..], ..] ? Root.Parse(args, Configuration).Invoke() : null;

    public static ParsedCommandLine Parse(IReadOnlyList<string> args)
    {
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        var result = Root.Parse([.. args.Select(arg => NormalizeSwitch(arg, refused))], Configuration);
        var words = result.GetResult(Words)?.Tokens.Select(token => token.Value).ToArray() ?? [];
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, option) in Settings)
        {
            if (result.GetResult(option) is { Implicit: false } given)
            {
                settings[name] = refused.GetValueOrDefault(name) ?? (given.Tokens is [.., var last] ? last.Value : "");
            }
        }

        // What begins with a dash and is not an option was meant as one.
        foreach (var unknown in words.Where(IsOption))
        {
            var (name, value) =
                unknown.TrimStart('-').Split('=', 2) is [var left, var right] ? (left, right) : (unknown.TrimStart('-'), "");
            settings.TryAdd(name, value);
        }

        string[] tasks = [.. words.Where(word => !IsOption(word)), .. Values(result, HostOption.Target)];
        var isHelp = tasks is ["help", ..];
        return new ParsedCommandLine([.. isHelp ? tasks[1..] : tasks], settings)
        {
            AsksForHelp = isHelp || Has(result, HostOption.AskHelp),
            AsksForVersion = Has(result, HostOption.Version),
            AsksForTree = Has(result, HostOption.Tree),
            AsksForDescriptions = Has(result, HostOption.Description),
            IsDryRun = Has(result, HostOption.DryRun),
            IsExclusive = Has(result, HostOption.Exclusive),
            Working = Last(result, HostOption.Working),
            Verbosity = Last(result, HostOption.Verbosity),
        };
    }

    static RootCommand Build()
    {
        var root = new RootCommand("Gates a production PostgreSQL release.");
        root.Options.Clear(); // its own help and version; DbGate's are pages of the task catalogue
        Words.CompletionSources.Add([.. TaskCatalog.All.Select(task => task.Name), .. ToolCommand.All.Select(command => command.Name)]);
        root.Arguments.Add(Words);
        foreach (var option in Settings.Values.Concat(Host.Values))
        {
            root.Options.Add(option);
        }

        return root;
    }

    static Option OptionOf(Setting setting)
    {
        Option option = setting.IsSwitch
            ? new Option<bool>($"--{setting.Option}") { Description = setting.Help, Arity = ArgumentArity.ZeroOrOne }
            : new Option<string[]>($"--{setting.Option}") { Description = setting.Help, Arity = ArgumentArity.ZeroOrMore };
        if (setting.Shape.Kind == ValueKind.Word && option is Option<string[]> words)
        {
            words.CompletionSources.Add([.. setting.Shape.Words]);
        }

        option.Hidden = setting.IsSecret;
        return option;
    }

    static Option OptionOf(HostOption host)
    {
        Option option = host.Value == OptionValue.None
            ? new Option<bool>($"--{host.Name}", [.. host.Aliases]) { Arity = ArgumentArity.Zero }
            : new Option<string[]>($"--{host.Name}", [.. host.Aliases]) { Arity = ArgumentArity.ZeroOrMore };
        option.Description = host.Help;
        if (host.Words.Count > 0)
        {
            option.CompletionSources.Add(_ => host.Words.Select(word => new System.CommandLine.Completions.CompletionItem(word)));
        }

        return option;
    }

    /// <summary>
    /// The parser takes only true and false for a switch. A text that is neither is kept for the settings, which refuse it.
    /// </summary>
    static string NormalizeSwitch(string arg, Dictionary<string, string> refused)
    {
        if (arg.Split('=', 2) is not [['-', '-', .. var name], { Length: > 0 } text]
            || SettingsCatalog.All.FirstOrDefault(setting => setting.Option == name) is not Setting<bool> setting)
        {
            return arg;
        }

        if (setting.Reader.TryRead(text, out var value))
        {
            return $"--{name}={(value ? "true" : "false")}";
        }

        refused[name] = text;
        return $"--{name}";
    }

    static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    static bool Has(ParseResult result, HostOption option) => result.GetResult(Host[option]) is { Implicit: false };

    static IEnumerable<string> Values(ParseResult result, HostOption option) =>
        result.GetResult(Host[option])?.Tokens.Select(token => token.Value) ?? [];

    static string? Last(ParseResult result, HostOption option) => Has(result, option) ? Values(result, option).LastOrDefault() ?? "" : null;
}
