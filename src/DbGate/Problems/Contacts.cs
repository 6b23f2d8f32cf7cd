namespace DbGate.Problems;

/// <summary>Records whether a run has contacted a database, wherever in it a connection is made.</summary>
sealed class Contacts
{
    static readonly AsyncLocal<Contacts?> Current = new();

    volatile bool any;

    /// <summary>True once a connection was made, or a server answered the attempt.</summary>
    public bool Any => any;

    /// <summary>Contacts of the calling flow, and of what it starts, are recorded in this one.</summary>
    public static void Follow(Contacts contacts) => Current.Value = contacts;

    /// <summary>A server has answered.</summary>
    public static void Made()
    {
        if (Current.Value is { } contacts)
        {
            contacts.any = true;
        }
    }
}
