using Cake.Frosting;
using DbGate.Frosting;

return new CakeHost().RunGates(args, "filter", "suite", "runs", "scale", "runtime", "base", "tag", "build-arg");
