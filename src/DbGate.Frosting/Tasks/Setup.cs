using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>Production's values.</summary>
[TaskName("setup")]
[TaskDescription("Asks for production's values on a terminal, checks each against the server and writes .env.production.")]
public sealed class Setup(GateSession session) : GateTask(session);
