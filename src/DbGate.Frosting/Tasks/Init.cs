using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>A project's start.</summary>
[TaskName("init")]
[TaskDescription("Writes a commented dbgate.json, a workflow and .gitignore lines. Never changes an existing file.")]
public sealed class Init(GateSession session) : GateTask(session);
