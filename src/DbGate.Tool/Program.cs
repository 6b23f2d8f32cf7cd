using DbGate.Tool.CommandLine;

return Invocation.Run(args);
