/** What is found in the streams. A replica names its busiest streams; all others are `_other`. */
import { type Board, by, byStream, graph, number, quantiles, rate, warn } from "../panels.ts";

/** Of a stream, wherever its state is. */
const each = (gauge: string) => ({ "{{stream}}": `max by (stream) (${gauge}${byStream()})` });
const summed = (counter: string) => ({ "{{stream}}": `sum by (stream) (${rate(counter, byStream())})` });

export const STREAMS: Board = {
  uid: "ncs-streams",
  title: "NCS streams",
  description: "Points, clusters, outliers and drift of the busiest streams",
  hasStreams: true,
  rows: [
    {
      title: "Now",
      panels: [
        number("Streams", "short", "Streams that there are.", { streams: `max(ncs_streams_known${by()})` }),
        number("Streams in memory", "short", "Read and ready, over all replicas.", {
          streams: `sum(ncs_streams_live${by()})`,
        }),
        number("Points learned", "cps", "A second.", {
          points: `sum(${rate("ncs_points_learned_total", byStream())})`,
        }),
        number("Outliers", "percentunit", "Share of the points learned that were flagged.", {
          share: `sum(${rate("ncs_outliers_total", byStream())}) / sum(${
            rate("ncs_points_learned_total", byStream())
          })`,
        }, warn(0.05, 0.2)),
        number("Clusters", "short", "Over the streams chosen.", {
          clusters: `sum(max by (stream) (ncs_stream_clusters${byStream()}))`,
        }),
        number("Drifts, 1 hour", "short", "Flagged within the hour.", {
          drifts: `sum(increase(ncs_stream_drifts_total${byStream()}[1h]))`,
        }, warn(1, 3)),
      ],
    },
    {
      title: "Points",
      panels: [
        graph("Points learned", "cps", "By stream.", summed("ncs_points_learned_total"), { isStacked: true }),
        graph("Points labelled without learning", "cps", "By stream.", summed("ncs_points_assigned_total"), {
          isStacked: true,
        }),
        graph("Outliers", "percentunit", "Share of a stream's points; a rise says that the stream changed.", {
          "{{stream}}": `sum by (stream) (${rate("ncs_outliers_total", byStream())})
  / (sum by (stream) (${rate("ncs_points_learned_total", byStream())}) > 0)`,
        }, warn(0.05, 0.2)),
        graph("Time of learning a batch", "s", "Within the kernel, all streams.", {
          ...quantiles("ncs_learn_duration_seconds", by()),
        }),
        graph("Time of reading a stream", "s", "Snapshot and journal, before its first request is answered.", {
          ...quantiles("ncs_stream_load_duration_seconds", by()),
        }, warn(0.5, 5)),
      ],
    },
    {
      title: "Clusters",
      panels: [
        graph("Clusters", "short", "Clusters of now.", each("ncs_stream_clusters")),
        graph("Micro-clusters", "short", "What the clusters are made of.", each("ncs_stream_micro_clusters")),
        graph("Changes of structure", "cps", "Births, merges, splits, moves, deaths, drifts: all streams.", {
          "{{type}}": `sum by (type) (${rate("ncs_stream_events_total", by())})`,
        }, { isStacked: true }),
        graph(
          "State",
          "bytes",
          "What the kernel laid out; promised are less than 50 MB.",
          each("ncs_stream_state_bytes"),
          {
            ...warn(10e6, 50e6),
          },
        ),
      ],
    },
    {
      title: "Quality and drift",
      panels: [
        graph("Silhouette", "none", "Of the clusters found last, -1 to 1: how far apart they are.", {
          ...each("ncs_stream_silhouette"),
        }, { min: -1, max: 1 }),
        graph("Stability", "percentunit", "Share of the weight that kept its id, running mean.", {
          ...each("ncs_stream_stability_ratio"),
        }, { max: 1 }),
        graph("Unexplained points", "percentunit", "Running share of points that no cluster explained.", {
          ...each("ncs_stream_unexplained_ratio"),
        }, { max: 1, ...warn(0.2, 0.5) }),
        graph("Drifts", "short", "Flagged within five minutes.", {
          "{{stream}}": `sum by (stream) (increase(ncs_stream_drifts_total${byStream()}[5m]))`,
        }),
        graph("Threshold", "none", "Squared distance up to which a point is absorbed: the scale of the stream.", {
          ...each("ncs_stream_dynamic_threshold"),
        }),
      ],
    },
  ],
};
