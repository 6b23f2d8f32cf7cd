using System.Globalization;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Testing;

if (args is ["backup", var folder, var stage])
{
    await BackupVictim.RunAsync(folder, stage);
    return;
}

if (args is ["restore", var backups, var key, var until])
{
    await RestoreVictim.RunAsync(backups, key, until);
    return;
}

if (args is ["restore-test", var store, var backup])
{
    await RestoreVictim.TestAsync(store, backup);
    return;
}

if (args is ["deploy", var project, .. var options])
{
    await DeployVictim.RunAsync(project, options);
    return;
}

if (args is ["versions", var version, .. var ways])
{
    await VersionCycle.RunAsync(int.Parse(version, CultureInfo.InvariantCulture), ways);
    return;
}

if (args is ["upgraded", var kept])
{
    await VersionCycle.UpgradedAsync(kept);
    return;
}

if (args is ["container", var major])
{
    var source =
        await ThrowawaySource.FindAsync(int.Parse(major, CultureInfo.InvariantCulture), [], ContainerEngines.All, CancellationToken.None);
    var (url, owned) = await source.StartAsync(new(), CancellationToken.None);
    await using var __ = owned;
    Console.WriteLine(url.Host);
    await Console.In.ReadToEndAsync();
    return;
}

// A throwaway server for the shell: prints its URL, and ends with its standard input.
await using var server = await ThrowawayServer.StartAsync(new() { Deadline = TimeSpan.FromMinutes(3) }, CancellationToken.None);
Console.WriteLine(server.Url.Reveal());
Console.WriteLine(server.Folder);
await Console.In.ReadToEndAsync();
