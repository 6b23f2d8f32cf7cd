namespace DbGate.MSBuild;

/// <summary>A task's properties as the options that the library reads.</summary>
static class TaskProperties
{
    public static Dictionary<string, string> From(GateTask task)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in task.Options)
        {
            options[option.ItemSpec] = option.GetMetadata("Value");
        }

        Add("project", task.Project);
        Add("environment", task.Environment);
        Add("reports-folder", task.ReportsFolder);
        Add("database-url-variable", task.DatabaseUrlVariable);
        return options;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                options[name] = value;
            }
        }
    }
}
