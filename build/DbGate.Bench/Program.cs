using DbGate.Bench;

return (int)(args switch
{
    [BackupOnce.Target] => await BenchProgram.OnceAsync(BackupOnce.RunAsync),
    [RestoreOnce.Target] => await BenchProgram.OnceAsync(RestoreOnce.RunAsync),
    [DeployOnce.Target] => await BenchProgram.OnceAsync(DeployOnce.RunAsync),
    _ => await BenchProgram.RunAsync(args),
});
