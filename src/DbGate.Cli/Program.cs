using DbGate.Cli.CommandLine;

return Invocation.Run(args);
