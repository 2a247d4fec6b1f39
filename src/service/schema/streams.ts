/** Streams, their parameters, snapshots and events. */
import { z } from "zod";
import { count, field, integerText, time } from "./field.ts";

export const STREAM_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const streamName = field(
  z.string().regex(STREAM_NAME, "must be 1 to 64 letters, digits, _ . or -, and begin with a letter or digit"),
  "Name of the stream: letters, digits, _ . or -",
  "sensors",
);

export const StreamPath = z.object({ name: streamName });

const maxClusters = field(
  z.number().int().min(2).max(256),
  "Most clusters reported; fixed when the stream is made",
  30,
);
const baseThreshold = field(
  z.number().gt(0).lt(1),
  "Similarity from which two groups are one cluster; higher gives more clusters",
  0.71,
);
const learningRate = field(
  z.number().min(0.0001).max(1),
  "Share a mature micro-cluster takes from its next point; half-life of the memory 0.69 max(128, 4 max_clusters) / rate points",
  0.06,
);
const outlierThreshold = field(z.number().min(0).max(1), "Outlier score from which a point is flagged", 0.5);
const scaling = field(
  z.enum(["none", "standard"]),
  "standard: each coordinate by its running deviation; fixed when the stream is made",
  "none",
);

const Parameters = z.object({
  base_threshold: baseThreshold,
  learning_rate: learningRate,
  max_clusters: maxClusters,
  outlier_threshold: outlierThreshold,
  scaling,
}).meta({ id: "Parameters" });

export const NewStream = z.strictObject({
  name: streamName,
  dims: field(z.number().int().min(1).max(1000).optional(), "Dimensions; left out, the first batch fixes them", 3),
  parameters: field(Parameters.partial().strict().optional(), "Parameters; what is left out has its default", {
    max_clusters: 50,
  }),
}).meta({ id: "NewStream" });

export const StreamChange = z.strictObject({
  parameters: field(
    Parameters.pick({ base_threshold: true, learning_rate: true, outlier_threshold: true }).partial().strict(),
    "Parameters to set from the next point on",
    { outlier_threshold: 0.6 },
  ),
}).meta({ id: "StreamChange" });

export const StreamListed = z.object({
  name: streamName,
  dims: field(z.number().int().nullable(), "Dimensions, null until they are fixed", 3),
  created_at: time("When the stream was made"),
  parameters: Parameters,
}).meta({ id: "StreamListed" });

export const StreamView = StreamListed.extend({
  total_points_processed: count("Points learned since the stream began", 30_000),
  num_active_clusters: count("Clusters of now", 3),
}).meta({ id: "Stream" });

export const StreamList = z.object({
  streams: z.array(StreamListed).meta({ description: "The streams that the caller may touch, by name" }),
}).meta({ id: "StreamList" });

export const Snapshot = z.string().meta({
  id: "Snapshot",
  description: "The whole state as octets with a checksum: the same bytes on every host",
  format: "binary",
});

export const EventsQuery = z.object({
  after: integerText(0, Number.MAX_SAFE_INTEGER, "Events after this sequence", 0),
  limit: integerText(1, 1000, "Events at most; default 100", 100),
});

export const EventsHead = z.object({
  "last-event-id": integerText(
    0,
    Number.MAX_SAFE_INTEGER,
    "The event that the client had last; comes before `after`",
    17,
  ),
});

export const EventFrames = z.string().meta({
  id: "EventFrames",
  description: "Server-sent events: id is the sequence, event the type, data the event; a comment every 15 seconds",
  examples: ['id: 1\nevent: born\ndata: {"sequence":1,"type":"born",...}\n\n'],
});

export const EventView = z.object({
  sequence: count("From 1, over the life of the stream; the id of a server-sent event", 1),
  type: field(z.enum(["born", "merged", "split", "moved", "died", "drift"]), "What happened", "born"),
  point: count("Number of the point (from 1) at which it was found", 1),
  cluster_id: field(z.number().int().min(-1), "The cluster; -1 for a drift", 0),
  other_id: field(
    z.number().int().nullable(),
    "merged: the cluster it went into; split: the cluster it came from; else null",
    null,
  ),
  time: time("When it was found"),
}).meta({ id: "Event" });

export const EventPage = z.object({
  events: z.array(EventView).meta({ description: "Events in order" }),
  next_after: field(z.number().int(), "What to pass as after for the next page", 17),
}).meta({ id: "EventPage" });
