namespace DbGate.Backups.Manifests;

/// <summary>What a restore of a backup has to be allowed to do.</summary>
/// <param name="Role">The role that took the backup, which restores it too, with the rights that it had.</param>
/// <param name="Owners">Roles that own objects of the archive. A restore gives the objects to them, as a superuser or as their
/// member.</param>
/// <param name="SuperuserExtensions">Extensions that only a superuser may create (not trusted), as the source's files describe
/// them.</param>
/// <param name="SuperuserObjects">Other objects that only a superuser may create, for example <c>event trigger audit</c>.</param>
sealed record RestoreNeeds(
    RestoringRole Role, IReadOnlyList<string> Owners, IReadOnlyList<string> SuperuserExtensions, IReadOnlyList<string> SuperuserObjects)
{
    /// <summary>How <see cref="SuperuserObjects"/> names event triggers.</summary>
    internal const string EventTrigger = "event trigger ";

    /// <summary>Those of <see cref="Owners"/> that are superusers.</summary>
    public IReadOnlyList<string> SuperuserOwners { get; init; } = [];
}

/// <summary>A role that restores.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSuperuser">It is a superuser.</param>
/// <param name="CanCreateDatabase">CREATEDB, or a superuser.</param>
/// <param name="MemberOf">The roles, of those that the archive names, that it can act as. Empty for a superuser.</param>
sealed record RestoringRole(string Name, bool IsSuperuser, bool CanCreateDatabase, IReadOnlyList<string> MemberOf);

/// <summary>The file next to an archive that creates the cluster's roles, without their passwords.</summary>
/// <param name="Key">Its name in the store.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
sealed record RolesFile(string Key, long Length, string Sha256)
{
    /// <summary>Describes a file.</summary>
    internal static RolesFile From(string archiveKey, byte[] content) =>
        new(KeyOf(archiveKey), content.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));

    /// <summary>The key of the file that belongs to an archive.</summary>
    internal static string KeyOf(string archiveKey) => archiveKey + ".roles.sql";
}
