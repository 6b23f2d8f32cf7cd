using DbGate.Migrations.Lint;

namespace DbGate.Reports.Html.Pictures;

/// <summary>The rehearsal in time: when each migration ran, and a bar for each lock that makes others wait.</summary>
static class TimelinePicture
{
    const int MostLanes = 20;
    const int MostListed = 1000;
    const int LaneHeight = 20;

    public static void Draw(HtmlWriter html, LockTimeline timeline)
    {
        using (html.Open("div", ("class", "lanes")))
        {
            Lane(
                html, "Migrations",
                $"Migrations in {HtmlFormat.Short(timeline.Total)}: "
                + string.Join(", ", timeline.Migrations.Take(5).Select(one => one.Name)),
                HtmlFormat.Short(timeline.Total), false, () =>
            {
                foreach (var (index, (name, during)) in timeline.Migrations.Index())
                {
                    Bar(html, timeline, index % 2 == 0 ? "run" : "run other", during, 4, 12, $"{name}: {HtmlFormat.Short(during.Length)}");
                }
            });
            foreach (var lane in timeline.Lanes.Take(MostLanes))
            {
                Lane(html, lane.Table, $"Locks on {lane.Table}: {Sentence(lane)}", Value(lane), true, () =>
                {
                    foreach (var held in lane.Held.OrderBy(held => held.Mode))
                    {
                        Bar(html, timeline, Class(held.Mode), held.During, 3, 14,
                            $"{held.Mode.Display()}: {held.Mode.Effect()}, {HtmlFormat.Short(held.During.Length)}");
                    }
                });
            }

            Axis(html, timeline);
        }

        Legend(html, timeline);
        List(html, timeline);
    }

    static void Lane(HtmlWriter html, string name, string words, string value, bool isName, Action draw)
    {
        using (html.Open("div", ("class", "lane")))
        {
            html.Element(isName ? "code" : "span", name, ("class", "what"));
            using (Picture.Open(html, "plot", LaneHeight, words))
            {
                html.Empty("line", ("class", "rule"), ("x1", "0"), ("x2", "100%"), ("y1", "19.5"), ("y2", "19.5"));
                draw();
            }

            html.Element("span", value, ("class", "value"));
        }
    }

    static void Axis(HtmlWriter html, LockTimeline timeline)
    {
        using (html.Open("div", ("class", "lane axis")))
        {
            html.Element("span", "", ("class", "what"));
            using (html.Open("svg", ("class", "plot"), ("width", "100%"), ("height", "18"), ("aria-hidden", "true")))
            {
                Picture.Label(html, "0", 0, 13, "start");
                Picture.Label(html, HtmlFormat.Short(timeline.Total / 2), 0.5, 13, "middle");
                Picture.Label(html, HtmlFormat.Short(timeline.Total), 1, 13, "end");
            }

            html.Element("span", "", ("class", "value"));
        }
    }

    static void Legend(HtmlWriter html, LockTimeline timeline)
    {
        using (html.Open("ul", ("class", "legend")))
        {
            foreach (var mode in timeline.Lanes.SelectMany(lane => lane.Held)
                .Select(held => held.Mode)
                .OrderDescending()
                .Select(Class)
                .Distinct())
            {
                using (html.Open("li"))
                {
                    html.Element("span", "", ("class", $"swatch {mode}"));
                    html.Text(mode switch
                    {
                        "all" => "reads and writes wait (ACCESS EXCLUSIVE)",
                        "writes" => "writes wait (SHARE and stronger)",
                        _ => "vacuum and schema changes wait (SHARE UPDATE EXCLUSIVE)",
                    });
                }
            }
        }
    }

    /// <summary>The same in words, every table: a picture is not for everyone.</summary>
    static void List(HtmlWriter html, LockTimeline timeline)
    {
        using (html.Open("details"))
        {
            html.Element(
                "summary",
                $"Locks in words: "
                    + $"{HtmlFormat.Count(timeline.Lanes.Count, "table", "tables")}"
                    + $"{(timeline.Lanes.Count > MostLanes ? $", {MostLanes} of them drawn above" : "")}");
            using (html.Open("ul", ("class", "plain")))
            {
                foreach (var lane in timeline.Lanes.Take(MostListed))
                {
                    using (html.Open("li"))
                    {
                        html.Code(lane.Table);
                        html.Text($" {lane.Strongest.Display()}: {Sentence(lane)}");
                    }
                }
            }

            if (timeline.Lanes.Count > MostListed)
            {
                html.Paragraph(
                    $"{HtmlFormat.Count(timeline.Lanes.Count - MostListed, "more table is", "more tables are")} in plan.json.");
            }
        }
    }

    static string Sentence(LockLane lane) => (lane.Blocked, lane.ReadOnly) switch
    {
        var (blocked, readOnly) when blocked > TimeSpan.Zero
            && readOnly > blocked => $"reads and writes wait for {HtmlFormat.Short(blocked)}, writes wait for {HtmlFormat.Short(readOnly)}",
        var (blocked, _) when blocked > TimeSpan.Zero => $"reads and writes wait for {HtmlFormat.Short(blocked)}",
        var (_, readOnly) when readOnly > TimeSpan.Zero => $"writes wait for {HtmlFormat.Short(readOnly)}",
        _ => $"{lane.Strongest.Effect()} for {HtmlFormat.Short(TimeSpan.FromTicks(lane.Held.Max(held => held.During.Length.Ticks)))}",
    };

    static string Value(LockLane lane) => HtmlFormat.Short(
        lane.Blocked > TimeSpan.Zero ? lane.Blocked
        : lane.ReadOnly > TimeSpan.Zero ? lane.ReadOnly
        : TimeSpan.FromTicks(lane.Held.Max(held => held.During.Length.Ticks)));

    static void Bar(HtmlWriter html, LockTimeline timeline, string css, Stretch during, int top, int height, string label)
    {
        var total = Math.Max(1, timeline.Total.TotalMicroseconds);
        Picture.Bar(html, css, during.Start / total, during.End / total, top, height, label);
    }

    static string Class(TableLock mode) => mode switch
    {
        TableLock.AccessExclusive => "all",
        >= TableLock.Share => "writes",
        _ => "schema",
    };
}
