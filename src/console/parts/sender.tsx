/** What to send, how fast, and whether to. */
import { useEffect, useState } from "preact/hooks";
import { type CsvPoints, readCsv } from "../flow/csv.ts";
import { generated, once, RECIPES, type Source } from "../flow/source.ts";
import type { FeedControl } from "../flow/use_feed.ts";
import { count, large, percent } from "../words.ts";
import { Failure } from "./notice.tsx";
import { FileButton } from "./snapshot.tsx";

/** A generated stream, or a file. */
export type Choice = { recipe: string } | { file: string; csv: CsvPoints };

export const sourceOf = (choice: Choice): Source =>
  "csv" in choice ? once(choice.csv.points, choice.csv.dims) : generated(choice.recipe);

interface SenderProps {
  choice: Choice;
  onChoice(choice: Choice): void;
  paces: readonly number[];
  pace: number;
  onPace(pace: number): void;
  feed: FeedControl;
  onStart(): void;
}

const FILE = "file";

export function Sender({ choice, onChoice, paces, pace, onPace, feed, onStart }: SenderProps) {
  const { error, read } = useCsv(onChoice);
  useDrop(read);
  const isFile = "csv" in choice, canResume = feed.total > 0 && !feed.isAtEnd;
  const choose = (value: string) => value !== FILE && onChoice({ recipe: value });
  return (
    <>
      <div class="controls">
        <label class="field grow">
          Stream
          <select value={isFile ? FILE : choice.recipe} onChange={(event) => choose(event.currentTarget.value)}>
            {isFile && <option value={FILE}>{choice.file}</option>}
            {Object.entries(RECIPES).map(([name, { title }]) => <option key={name} value={name}>{title}</option>)}
          </select>
        </label>
        <Pace paces={paces} pace={pace} onPace={onPace} />
        <div class="actions start">
          {feed.isRunning
            ? <button type="button" class="main" onClick={feed.pause}>Pause</button>
            : (
              <button type="button" class="main" onClick={canResume ? feed.resume : onStart}>
                {canResume ? "Go on" : "Start"}
              </button>
            )}
          <button type="button" onClick={onStart} disabled={feed.total === 0}>Start over</button>
          <FileButton label="Open CSV…" accept=".csv,.tsv,.txt,text/csv" onFile={read} />
        </div>
      </div>
      <Failure error={error ?? feed.error} />
      <p class="tally">
        <strong>{large(feed.rate)}</strong> points/s <span class="faint">· {count(feed.total, "point")} sent</span>
        {feed.outlierShare !== null && <span class="faint">· {percent(feed.outlierShare)} outliers</span>}
        {isFile && <span class="faint">· {described(choice)}</span>}
      </p>
      <p class="visually-hidden" role="status">{feed.isRunning ? "Running" : feed.isAtEnd ? "At the end" : ""}</p>
    </>
  );
}

function described({ csv: { points, dims, leftOut } }: Extract<Choice, { csv: CsvPoints }>): string {
  const without = leftOut.length > 0 ? `, without ${leftOut.join(", ")}` : "";
  return `${count(points.length / dims, "point")} of ${count(dims, "dimension")}${without}`;
}

function Pace({ paces, pace, onPace }: Pick<SenderProps, "paces" | "pace" | "onPace">) {
  const text = pace === Infinity ? "full speed" : `${large(pace)} points/s`;
  return (
    <label class="field">
      <span>Pace: {text}</span>
      <input
        type="range"
        min={0}
        max={paces.length - 1}
        value={paces.indexOf(pace)}
        aria-valuetext={text}
        onInput={(event) => onPace(paces[event.currentTarget.valueAsNumber])}
      />
    </label>
  );
}

function useCsv(onChoice: SenderProps["onChoice"]): { error: unknown; read(file: File): void } {
  const [error, setError] = useState<unknown>();
  const read = async (file: File) => {
    try {
      const csv = readCsv(await file.text());
      setError(undefined);
      onChoice({ file: file.name, csv });
    } catch (thrown) {
      setError(new Error(`Cannot read ${file.name}: ${(thrown as Error).message}`));
    }
  };
  return { error, read };
}

/** A file may be dropped anywhere on the page. */
function useDrop(read: (file: File) => void): void {
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) read(file);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  });
}
