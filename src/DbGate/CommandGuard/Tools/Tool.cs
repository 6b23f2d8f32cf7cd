namespace DbGate.CommandGuard.Tools;

/// <summary>A database or migration tool, as <c>tools.json</c> describes it.</summary>
/// <param name="Name">Its short name, as findings show it.</param>
/// <param name="Title">Its name in the field.</param>
/// <param name="Rules">What its commands do; the first rule that matches decides.</param>
sealed record Tool(string Name, string Title, IReadOnlyList<ToolRule> Rules)
{
    /// <summary>Names under which it is called.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];

    /// <summary>Packages of npm whose main file or binary it is.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>Modules of <c>python -m</c>.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Parts of a path of <c>go run</c>.</summary>
    public IReadOnlyList<string> GoPackages { get; init; } = [];

    /// <summary>Container images whose entrypoint it is.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>The word behind <c>dotnet</c> that calls it.</summary>
    public string? Dotnet { get; init; }

    /// <summary>The word behind <c>cargo</c> that calls it.</summary>
    public string? Cargo { get; init; }

    /// <summary>Options with a value of their own.</summary>
    public IReadOnlyList<string> ValueOptions { get; init; } = [];

    /// <summary>Options that the tool refuses before its first word.</summary>
    public IReadOnlyList<string> RefusedFirst { get; init; } = [];

    /// <summary>Options that show help or a version; nothing runs.</summary>
    public IReadOnlyList<string> Help { get; init; } = ["--help", "-h"];

    /// <summary>Options with which a command changes nothing.</summary>
    public IReadOnlyList<string> Harmless { get; init; } = [];

    /// <summary>Options that carry the database's URL; <c>0</c> is the first word.</summary>
    public IReadOnlyList<string> UrlOptions { get; init; } = [];

    /// <summary>Options and variables that carry the database's host.</summary>
    public IReadOnlyList<string> HostOptions { get; init; } = [];

    /// <summary>Options and variables that name the environment or a settings module.</summary>
    public IReadOnlyList<string> EnvironmentOptions { get; init; } = [];

    /// <summary>Options that name files for one environment, such as a compose file.</summary>
    public IReadOnlyList<string> NamingOptions { get; init; } = [];

    /// <summary>Environment files that it reads by itself.</summary>
    public IReadOnlyList<string> Loads { get; init; } = [];

    /// <summary>The program text that the tool runs whenever it starts: the names of its configuration, without an extension.</summary>
    public IReadOnlyList<string> Executes { get; init; } = [];

    /// <summary>Variables that carry the database's URL.</summary>
    public IReadOnlyList<string> Variables { get; init; } = ["DATABASE_URL", "DIRECT_URL", "DIRECT_DATABASE_URL"];

    /// <summary>The command that applies what is pending.</summary>
    public string Deploy { get; init; } = "";

    /// <summary>Each word is a command of its own, as with rake, Gradle and Flyway.</summary>
    public bool EachWord { get; init; }

    /// <summary>A rule's first word is the program's name.</summary>
    public bool NamesProgram { get; init; }

    /// <summary>Its name is a common word: it is not looked for among the arguments of unknown programs.</summary>
    public bool IsCommonWord { get; init; }

    /// <summary>How many words its commands take that are not part of the command.</summary>
    public int Operands { get; init; }

    /// <summary>Parts of a jar's name.</summary>
    public IReadOnlyList<string> Jars { get; init; } = [];

    /// <summary>It reaches databases of the machine that it runs on.</summary>
    public bool IsLocal { get; init; }

    public IReadOnlyList<CodePattern> Code { get; init; } = [];

    public IReadOnlyList<ToolSwitch> Switches { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>What a command does.</summary>
/// <param name="Pattern">The command.</param>
/// <param name="Class">Its class.</param>
/// <param name="Effect">The consequence, as the end of a sentence.</param>
sealed record ToolRule(CommandPattern Pattern, CommandClass Class, string Effect)
{
    /// <summary>What to do instead; null for the tool's deploy command.</summary>
    public string? Fix { get; init; }

    /// <summary>What it does depends on the database.</summary>
    public bool IsUnclear { get; init; }

    /// <summary>It prints SQL that another program may run.</summary>
    public bool EmitsSql { get; init; }

    /// <summary>Where its SQL comes from; null when it runs none.</summary>
    public SqlSource? Sql { get; init; }
}

/// <summary>Where a command takes its SQL from.</summary>
/// <param name="Inline">Options whose value is SQL.</param>
/// <param name="Files">Options whose value is a file.</param>
/// <param name="StandardInputOptions">Options that ask for standard input.</param>
/// <param name="ReadsStandardInput">It reads standard input when no option gives SQL.</param>
/// <param name="Operand">The word that is SQL, from zero; null for none.</param>
sealed record SqlSource(IReadOnlyList<string> Inline, IReadOnlyList<string> Files, IReadOnlyList<string> StandardInputOptions,
    bool ReadsStandardInput, int? Operand)
{
    /// <summary>SQL that cannot be read counts as losing data.</summary>
    public bool UnknownLoses { get; init; }
}

/// <summary>A piece of program text that does what a command does.</summary>
/// <param name="Text">The text, as tokens; <c>…</c> means anything within the same brackets.</param>
/// <param name="Class">Its class.</param>
/// <param name="Effect">The consequence, as the end of a sentence.</param>
sealed record CodePattern(string Text, CommandClass Class, string Effect)
{
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Texts of which the file has to contain one; empty for any file.</summary>
    public IReadOnlyList<string> When { get; init; } = [];

    /// <summary>The variable that turns it off when its value is <c>production</c>.</summary>
    public string? UnlessProduction { get; init; }
}

/// <summary>A variable or a key of a configuration file that does what a command does, or turns off a protection.</summary>
/// <param name="Name">The variable, or the key.</param>
/// <param name="On">The values that turn it on, in lower case; empty for any.</param>
/// <param name="Class">Its class.</param>
/// <param name="Effect">The consequence, as a sentence without a full stop.</param>
sealed record ToolSwitch(string Name, IReadOnlyList<string> On, CommandClass Class, string Effect)
{
    /// <summary>Names of the files that have the key; empty for a variable.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>It matters in every environment.</summary>
    public bool Everywhere { get; init; }

    public bool IsOn(string value) => value.Trim().Trim('"', '\'').ToLowerInvariant() is { Length: > 0 } text
        && (On.Count == 0 || On.Contains(text));
}
