/** Small JSON bodies, checked by the schema that documents them. */
import type { z } from "zod";
import { type BodyLimits, mediaType, readJson } from "./body.ts";
import { Problem } from "./problem.ts";

/** A body of this API that holds no points has at most so many octets. */
const SMALL_BYTES_MAX = 65_536;

/** Reads and checks a JSON body. Throws Problem invalid_body with every fault, and as readJson. */
export async function readSmall<T extends z.ZodType>(
  request: Request,
  schema: T,
  limits: BodyLimits,
): Promise<z.infer<T>> {
  if (mediaType(request) !== "application/json") {
    throw new Problem("unsupported_media_type", "this takes application/json", undefined, {
      accept: "application/json",
    });
  }
  const body = await readJson(request, { ...limits, bodyBytesMax: Math.min(SMALL_BYTES_MAX, limits.bodyBytesMax) });
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const errors = read.error.issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    code: "invalid_body",
    detail: message,
  }));
  throw new Problem("invalid_body", `${errors[0].pointer || "the body"}: ${errors[0].detail}`, errors);
}
