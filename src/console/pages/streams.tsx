/** The streams of the server: all of them, one more, one less. */
import type { StreamInfo } from "neurocluster";
import { useState } from "preact/hooks";
import { useList } from "../list.ts";
import { Confirm, focusMain } from "../parts/confirm.tsx";
import { Done, Failure } from "../parts/notice.tsx";
import { pathOf } from "../route.ts";
import type { Session } from "../session.ts";
import { type Task, useTask } from "../task.ts";
import { day } from "../words.ts";

export function StreamsPage({ session: { client } }: { session: Session }) {
  const list = useList(() => client.streams.list()), task = useTask();
  const [leaving, setLeaving] = useState<string>();
  const make = (name: string, dims: number | undefined, max_clusters: number | undefined) =>
    task.run(async () => {
      await client.streams.create({ name, dims, parameters: { max_clusters } });
      await list.reload();
      return `Stream ${name} made.`;
    });
  const remove = (name: string) =>
    task.run(async () => {
      setLeaving(undefined);
      await client.streams.delete(name);
      await list.reload();
      focusMain();
      return `Stream ${name} deleted.`;
    });
  return (
    <>
      <h1>Streams</h1>
      <Failure error={list.error}>
        <button type="button" onClick={list.reload}>Try again</button>
      </Failure>
      <div class="pair wide">
        <section class="panel" aria-labelledby="all-title">
          <h2 id="all-title">All streams</h2>
          <StreamTable items={list.items} hasFailed={list.error !== undefined} onDelete={setLeaving} />
        </section>
        <NewStreamPanel task={task} onMake={make} />
      </div>
      {leaving !== undefined && (
        <Confirm
          title={`Delete ${leaving}?`}
          verb="Delete stream"
          onCancel={() => setLeaving(undefined)}
          onConfirm={() => remove(leaving)}
        >
          <p>All that it has learned is gone. A snapshot taken before brings it back.</p>
        </Confirm>
      )}
    </>
  );
}

interface StreamTableProps {
  items: StreamInfo[] | undefined;
  hasFailed: boolean;
  onDelete(name: string): void;
}

function StreamTable({ items, hasFailed, onDelete }: StreamTableProps) {
  if (!items) return <p class="empty">{hasFailed ? "The list cannot be shown." : "Loading…"}</p>;
  if (items.length === 0) return <p class="empty">No streams yet. Make one, or send points to the default stream.</p>;
  return (
    <ul class="rows">
      {items.map(({ name, dims, created_at }) => (
        <li key={name}>
          <a href={pathOf(name)}>{name}</a>
          <span class="faint">{dims === null ? "no points yet" : `${dims} dims`} · made {day(created_at)}</span>
          <button type="button" class="quiet" aria-label={`Delete ${name}`} onClick={() => onDelete(name)}>
            Delete
          </button>
        </li>
      ))}
    </ul>
  );
}

interface NewStreamProps {
  task: Task;
  onMake(name: string, dims: number | undefined, max_clusters: number | undefined): Promise<boolean>;
}

function NewStreamPanel({ task, onMake }: NewStreamProps) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement, data = new FormData(form);
    const whole = (name: string) => Number(data.get(name)) || undefined;
    if (await onMake(String(data.get("name")), whole("dims"), whole("max"))) form.reset();
  };
  return (
    <section class="panel" aria-labelledby="new-title">
      <h2 id="new-title">New stream</h2>
      <form onSubmit={submit}>
        <label class="field">
          Name
          <input
            name="name"
            required
            maxLength={64}
            pattern="[A-Za-z0-9][A-Za-z0-9_.\-]*"
            title="letters, digits, _ . or -"
            autocomplete="off"
          />
        </label>
        <label class="field">
          Dimensions <small>left out: those of the first points</small>
          <input name="dims" type="number" min={1} max={1000} />
        </label>
        <label class="field">
          Clusters at most <small>default 30</small>
          <input name="max" type="number" min={2} max={256} />
        </label>
        <div class="actions start">
          <button type="submit" class="main" disabled={task.isBusy}>Make stream</button>
        </div>
      </form>
      <Failure error={task.error} />
      <Done>{task.done}</Done>
    </section>
  );
}
