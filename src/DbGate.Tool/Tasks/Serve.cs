using Cake.Frosting;
using DbGate.Frosting;
using DbGate.Service.Sidecar;

namespace DbGate.Tool.Tasks;

/// <summary>The sidecar. ASP.NET Core is loaded when it runs, not before.</summary>
[TaskName("serve")]
[TaskDescription("Answers /ready, /live, /metrics and /admin until it is stopped: the sidecar of a service in any language.")]
public sealed class Serve(GateSession session) : GateTask(session, new ServeStep());
