using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>Settings whose values never appear in output.</summary>
static class SecretSetting
{
    /// <summary>Returns a secret text that has one variable and no default.</summary>
    public static Setting<string> Create(SettingClass kind, string name, string variable, string help) =>
        new(name, [variable], help, Text, "") { Class = kind, IsSecret = true };
}
