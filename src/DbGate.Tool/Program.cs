using DbGate.Tool.CommandLine;

return Invocation.Read(args).Run();
