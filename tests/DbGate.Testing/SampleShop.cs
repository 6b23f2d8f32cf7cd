namespace DbGate.Testing;

/// <summary>The sample project <c>tests/samples/shop</c> (ASP.NET Core, EF Core) and its next release, to be copied and spoilt.</summary>
public static class SampleShop
{
    static readonly string Samples = Path.Combine(Repository.Root, "tests", "samples");

    /// <summary>Copies the project with its two migrations.</summary>
    public static void CopyTo(string folder) => Copy(Path.Combine(Samples, "shop"), folder);

    /// <summary>Brings the next release: one more migration and its model.</summary>
    public static void UpgradeToNext(string folder) => Copy(Path.Combine(Samples, "shop-next"), folder);

    static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(source, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            {
                var copy = Path.Combine(target, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }
    }
}
