namespace DbGate.CommandGuard.Resolving;

/// <summary>The projects of one language, from which programs are built.</summary>
interface IProgramProjects
{
    /// <summary>The project that a name or a path means; null when there is none, or more than one.</summary>
    /// <param name="name">A project's file or folder, or the name of the program that is built.</param>
    /// <param name="folder">The folder that it is relative to.</param>
    string? Find(string name, string folder);

    /// <summary>The sources of a project, the one that starts first.</summary>
    IReadOnlyList<string> Sources(string project);

    /// <summary>The projects of the repository that a project is built with, with the file and the line that name them.</summary>
    IEnumerable<ProjectReference> References(string project);

    /// <summary>The file that declares a project.</summary>
    string FileOf(string project);
}

/// <summary>A project that another one is built with.</summary>
sealed record ProjectReference(string Project, string File, int Line);
