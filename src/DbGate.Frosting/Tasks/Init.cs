using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>A project's start.</summary>
[TaskName("init")]
[TaskDescription("Looks at the project and writes a commented dbgate.json, a workflow and .gitignore lines; changes nothing that exists.")]
public sealed class Init(GateSession session) : GateTask(session, new InitStep());
