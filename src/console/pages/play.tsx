/** The playground: a stream that is clustered in this page, by the kernel of the server, without the server. */
import { NeuroClusterWorker } from "neurocluster/worker";
import { useEffect, useRef, useState } from "preact/hooks";
import { Trail } from "../flow/trail.ts";
import { useFeed } from "../flow/use_feed.ts";
import { Failure } from "../parts/notice.tsx";
import { Observatory } from "../parts/observatory.tsx";
import { type Chosen, DEFAULTS, ParameterPanel } from "../parts/parameters.tsx";
import { type Choice, Sender, sourceOf } from "../parts/sender.tsx";
import { SnapshotPanel } from "../parts/snapshot.tsx";
import { useTask } from "../task.ts";

/** Names of the built files. */
declare const WORKER_FILE: string, KERNEL_FILE: string;

const PACES = [500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, Infinity];
const BATCHES = 25, BATCH_MAX = 8192, LOOK_MS = 500;

const addressOf = (file: string) => new URL(`console/${file}`, document.baseURI);

function startWorker(parameters: Chosen): Promise<NeuroClusterWorker> {
  const worker = new Worker(addressOf(WORKER_FILE), { type: "module" });
  return NeuroClusterWorker.create({ worker, kernel: addressOf(KERNEL_FILE), parameters });
}

export function PlayPage() {
  const [choice, setChoice] = useState<Choice>({ recipe: "drift" });
  const [pace, setPace] = useState(5000), [chosen, setChosen] = useState(DEFAULTS);
  const [trail] = useState(() => new Trail()), [worker, setWorker] = useState<NeuroClusterWorker>();
  const running = useRef<NeuroClusterWorker | undefined>(undefined), starts = useRef(0), task = useTask();
  const feed = useFeed(trail, { pace, batches: BATCHES, batchMax: BATCH_MAX });
  const end = () => {
    running.current?.terminate();
    running.current = undefined;
    return ++starts.current;
  };
  const start = (next = choice, parameters = chosen) =>
    task.run(async () => {
      feed.pause();
      trail.clear();
      const mine = end(), made = await startWorker(parameters);
      // A slider that is dragged starts many, of which the last is meant; none is, once the page is left.
      if (mine !== starts.current) return made.terminate();
      setWorker(running.current = made);
      feed.begin(made, sourceOf(next));
    });
  const choose = (next: Choice) => {
    setChoice(next);
    if ("csv" in next || starts.current > 0) start(next);
  };
  const change = (next: Chosen) => {
    setChosen(next);
    if (starts.current === 0) return;
    const { max_clusters, scaling, ...parameters } = next, verbs = running.current;
    const isFixed = max_clusters !== chosen.max_clusters || scaling !== chosen.scaling;
    // One that is on its way was told what was chosen before.
    if (isFixed || !verbs) start(choice, next);
    else task.run(async () => void await verbs.streams.update("default", { parameters }));
  };
  useEffect(() => () => void end(), []);
  return (
    <>
      <h1>Playground</h1>
      <p class="lead">
        Clusters in this page, with the kernel of the server: no sign-in, and no point leaves your machine. Pick a
        stream, or drop a CSV file.
      </p>
      <section class="panel" aria-label="What to cluster">
        <Sender
          {...{ choice, feed, pace }}
          paces={PACES}
          onChoice={choose}
          onPace={setPace}
          onStart={() => start()}
        />
        <Failure error={task.error} />
      </section>
      <Observatory
        {...{ trail }}
        verbs={worker}
        every_ms={LOOK_MS}
        isFlowing={feed.isRunning}
        rate={feed.rate}
        hint="Press Start, or drop a CSV file on the page."
      >
        <ParameterPanel chosen={chosen} onChange={change} />
      </Observatory>
      {worker && <SnapshotPanel verbs={worker} name="playground" />}
    </>
  );
}
