/** The state of a stream as a file: down, and up again. */
import type { StreamVerbs } from "neurocluster";
import { useRef } from "preact/hooks";
import { download, octetsOf } from "../file.ts";
import { useTask } from "../task.ts";
import { Done, Failure } from "./notice.tsx";

interface SnapshotProps {
  verbs: Pick<StreamVerbs, "snapshot" | "restore" | "merge">;
  name: string;
}

export function SnapshotPanel({ verbs, name }: SnapshotProps) {
  const task = useTask();
  const take = () =>
    task.run(async () => {
      const octets = await verbs.snapshot();
      download(octets, `${name}.ncs`);
      return `Snapshot of ${octets.length.toLocaleString("en")} octets downloaded.`;
    });
  const restore = (file: File) =>
    task.run(async () => {
      await verbs.restore(await octetsOf(file));
      return `${file.name} restored.`;
    });
  const merge = (file: File) =>
    task.run(async () => {
      await verbs.merge(await octetsOf(file));
      return `${file.name} merged in.`;
    });
  return (
    <section class="panel" aria-labelledby="snapshot-title">
      <h2 id="snapshot-title">Snapshot</h2>
      <p class="faint">All that the stream has learned, as one file: the same on a server and in a page.</p>
      <div class="actions start">
        <button type="button" onClick={take} disabled={task.isBusy}>Download</button>
        <FileButton label="Restore…" onFile={restore} isDisabled={task.isBusy} />
        <FileButton label="Merge in…" onFile={merge} isDisabled={task.isBusy} />
      </div>
      <Failure error={task.error} />
      <Done>{task.done}</Done>
    </section>
  );
}

interface FileButtonProps {
  label: string;
  accept?: string;
  isDisabled?: boolean;
  onFile(file: File): void;
}

/** A button that asks for a file. */
export function FileButton({ label, accept, isDisabled, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = () => {
    const file = input.current!.files?.[0];
    // The same file may be chosen again.
    input.current!.value = "";
    if (file) onFile(file);
  };
  return (
    <>
      <button type="button" onClick={() => input.current!.click()} disabled={isDisabled}>{label}</button>
      <input ref={input} type="file" hidden accept={accept} aria-label={label} onChange={take} />
    </>
  );
}
