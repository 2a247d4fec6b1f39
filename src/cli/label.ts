/** `ncs label`: the label of each point as it arrives. */
import { realpathSync } from "node:fs";
import { CSV_HEADER, ENCODERS, type OutputFormat, outputFormat } from "./encode.ts";
import { UsageError } from "./errors.ts";
import { userPath } from "./paths.ts";
import { runStream, type StreamRequest } from "./run.ts";
import { openSink } from "./sink.ts";
import { openSource } from "./source.ts";

export interface LabelRequest extends StreamRequest {
  /** Path as the user gave it; "-": standard output. */
  out: string;
  outFormat?: OutputFormat;
}

function isSameFile(first: string, second: string): boolean {
  try {
    return first !== "-" && realpathSync(userPath(first)) === realpathSync(userPath(second));
  } catch {
    return false; // one of them does not exist
  }
}

/** Labels the source; the output gets its name only when all of it is written. */
export async function label(request: LabelRequest): Promise<void> {
  const { file, out } = request;
  if (isSameFile(file, out)) throw new UsageError(`${out} is the input: labels would replace it`);
  const source = openSource(request), format = outputFormat(out, request.outFormat, source.format);
  const encode = ENCODERS[format], sink = openSink(out);
  try {
    let head = format === "csv" ? CSV_HEADER : "";
    const engine = await runStream(request, source, async (assignment) => {
      if (head) await sink.write(head);
      head = "";
      await sink.write(encode(assignment));
    });
    engine.dispose();
    await sink.finish();
  } catch (error) {
    sink.abandon();
    throw error;
  }
}
