using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace DbGate.Service.Metrics;

/// <summary>
/// The instruments of one meter in Prometheus' text format 0.0.4, named as OpenTelemetry's rules state: dots become underscores, the
/// unit and
/// <c>_total</c> are appended.
/// </summary>
static class PrometheusText
{
    /// <summary>What the answer calls itself.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Observes all instruments once and writes them, in the order in which they were made.</summary>
    public static string From(GateMeter meter)
    {
        var families = new List<(Instrument Instrument, List<string> Samples)>();
        using var listener = new MeterListener { InstrumentPublished = Enable };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return Write(families);

        void Enable(Instrument instrument, MeterListener to)
        {
            if (meter.Owns(instrument))
            {
                families.Add((instrument, []));
                to.EnableMeasurementEvents(instrument);
            }
        }

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            families.First(family => family.Instrument == instrument).Samples.Add(
                $"{Labels(tags)} {value.ToString("R", CultureInfo.InvariantCulture)}");
    }

    static string Write(IEnumerable<(Instrument Instrument, List<string> Samples)> families)
    {
        var text = new StringBuilder();
        foreach (var (instrument, samples) in families.Where(family => family.Samples.Count > 0))
        {
            var name = NameOf(instrument);
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(instrument.Description ?? "")).Append('\n');
            text.Append("# TYPE ").Append(name).Append(IsCounter(instrument) ? " counter\n" : " gauge\n");
            foreach (var sample in samples)
            {
                text.Append(name).Append(sample).Append('\n');
            }
        }

        return text.ToString();
    }

    static string NameOf(Instrument instrument) =>
        instrument.Name.Replace('.', '_')
        + (instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" })
        + (IsCounter(instrument) ? "_total" : "");

    static bool IsCounter(Instrument instrument) => instrument is ObservableCounter<long>;

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>();
        foreach (var (key, value) in tags)
        {
            labels.Add($"{key}=\"{Escape($"{value}").Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }

        return labels.Count == 0 ? "" : $"{{{string.Join(',', labels)}}}";
    }

    static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
