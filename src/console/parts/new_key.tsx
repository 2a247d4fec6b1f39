/** Asks what a new API key may do. */
import type { NewApiKey, Scope } from "neurocluster";
import type { Task } from "../task.ts";
import { Done, Failure } from "./notice.tsx";

const SCOPES: Record<Scope, string> = {
  read: "read: look, label without learning",
  write: "write: read, and send points",
  admin: "admin: all, keys and snapshots too",
};

export function NewKeyPanel({ task, onMake }: { task: Task; onMake(key: NewApiKey): Promise<boolean> }) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (await onMake(keyOf(new FormData(form)))) form.reset();
  };
  return (
    <section class="panel" aria-labelledby="new-title">
      <h2 id="new-title">New key</h2>
      <form onSubmit={submit}>
        <label class="field">
          Name
          <input name="name" required maxLength={64} autocomplete="off" />
        </label>
        <label class="field">
          May
          <select name="scope">
            {Object.entries(SCOPES).map(([scope, says]) => <option key={scope} value={scope}>{says}</option>)}
          </select>
        </label>
        <label class="field">
          Streams <small>names with commas between; left out: all</small>
          <input name="streams" autocomplete="off" />
        </label>
        <label class="field">
          Days that it holds <small>left out: no expiry</small>
          <input name="days" type="number" min={1} max={3650} />
        </label>
        <div class="actions start">
          <button type="submit" class="main" disabled={task.isBusy}>Make key</button>
        </div>
      </form>
      <Failure error={task.error} />
      <Done>{task.done}</Done>
    </section>
  );
}

function keyOf(data: FormData): NewApiKey {
  const streams = String(data.get("streams")).split(",").map((name) => name.trim()).filter((name) => name !== "");
  return {
    name: String(data.get("name")),
    scopes: [data.get("scope") as Scope],
    streams: streams.length > 0 ? streams : undefined,
    expires_in_days: Number(data.get("days")) || undefined,
  };
}
