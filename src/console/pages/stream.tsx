/** A stream of the server, live. */
import { useMemo, useState } from "preact/hooks";
import { Trail } from "../flow/trail.ts";
import { useFeed } from "../flow/use_feed.ts";
import { Observatory } from "../parts/observatory.tsx";
import { type Choice, Sender, sourceOf } from "../parts/sender.tsx";
import { SnapshotPanel } from "../parts/snapshot.tsx";
import type { Session } from "../session.ts";

/** Requests are limited: four batches and two looks a second leave room for others. */
const BATCHES = 4, BATCH_MAX = 10_000, LOOK_MS = 1000;
const PACES = [100, 500, 1000, 2000, 5000, 10_000, 20_000];

export function StreamPage({ session, name }: { session: Session; name: string }) {
  const stream = useMemo(() => session.client.stream(name), [session, name]);
  const [choice, setChoice] = useState<Choice>({ recipe: "drift" }), [pace, setPace] = useState(1000);
  const [trail] = useState(() => new Trail());
  const feed = useFeed(trail, { pace, batches: BATCHES, batchMax: BATCH_MAX });
  const start = (next = choice) => {
    trail.clear();
    feed.begin(stream, sourceOf(next));
  };
  const choose = (next: Choice) => {
    setChoice(next);
    if (feed.isRunning) start(next);
    else feed.reset();
  };
  return (
    <>
      <p class="crumbs">
        <a href="#/streams">Streams</a> /
      </p>
      <h1>{name}</h1>
      <Observatory
        {...{ trail }}
        verbs={stream}
        every_ms={LOOK_MS}
        isFlowing={feed.isRunning}
        rate={feed.isRunning ? feed.rate : undefined}
        hint="No points yet. Send some by the API, or from here."
      >
        <div class="pair wide">
          <section class="panel" aria-labelledby="send-title">
            <h2 id="send-title">Send points</h2>
            <p class="faint">The stream learns what you send: use one of its own to try things out.</p>
            <Sender
              {...{ choice, feed, pace }}
              paces={PACES}
              onChoice={choose}
              onPace={setPace}
              onStart={() => start()}
            />
          </section>
          <SnapshotPanel verbs={stream} name={name} />
        </div>
      </Observatory>
    </>
  );
}
