using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Releases;

/// <summary>
/// The options of a run that its printed commands repeat: without <c>--environment</c> they would act on development. Options of the
/// command line only; what a file or a variable sets is in force for the next command too.
/// </summary>
static class RunScope
{
    static readonly Setting[] Repeated =
    [
        GeneralSettings.Environment, GeneralSettings.Project, DatabaseSettings.DatabaseUrlVariable, MigrationSettings.Folder,
        BackupSettings.Folder,
    ];

    public static CommandScope From(Settings settings)
    {
        CommandOption[] options =
        [
            .. Repeated
                .Select(setting => (setting, Value: settings.Find(setting)))
                .Where(one => one.Value is { Source.Layer: SettingLayer.CommandLine })
                .Select(one => new CommandOption(one.setting.Option!, one.Value!.Text)),
        ];
        return new CommandScope([.. options], settings.Find(GeneralSettings.Project)?.Text, sql => Psql(settings, sql))
        {
            Implied = [.. Implied(settings)],
        };
    }

    static IEnumerable<CommandOption> Implied(Settings settings)
    {
        if (settings.Find(MigrationSettings.Engine) is { Source.Layer: not SettingLayer.CommandLine } engine)
        {
            yield return new(MigrationSettings.Engine.Option!, engine.Text);
        }

        // A tool that computes its command needs no option either.
        if (settings.Find(MigrationSettings.Command) is not { Source.Layer: SettingLayer.CommandLine } && Command(settings) is { } command)
        {
            yield return new(MigrationSettings.Command.Option!, command);
        }
    }

    static string? Command(Settings settings)
    {
        try
        {
            return MigrationProject.Locate(settings).Command(settings);
        }
        catch (GateException)
        {
            return null; // the step that needs the command reports why there is none
        }
    }

    /// <summary>For the target, where a URL is set that can be read; else psql with the variable that should hold it.</summary>
    static ProgramCommand Psql(Settings settings, string sql)
    {
        try
        {
            return PsqlLine.From(Target.Resolve(settings).DirectUrl, sql);
        }
        catch (GateException)
        {
            return FixCommand.Run("psql", CommandArgument.Variable("DATABASE_URL"), "-c", sql);
        }
    }
}
