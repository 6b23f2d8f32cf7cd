namespace DbGate.Configuration;

/// <summary>What a setting can do to a verdict, and so who may set it. See docs/reference/rules.md.</summary>
enum SettingClass
{
    /// <summary>States how a step works. No value of it makes a verdict weaker. Anybody may set it.</summary>
    Operational,

    /// <summary>
    /// Can weaken a verdict. In production a weaker value of the commit is displayed, approved, and takes effect after that release.
    /// </summary>
    Guarding,

    /// <summary>Names a person, an approval, or an address that receives credentials. Never read from a file of the commit.</summary>
    TrustedOnly,
}
