/** Small forms (application/x-www-form-urlencoded), checked by the schema that documents them. */
import { z } from "zod";
import { type BodyLimits, mediaType, readOctets } from "./body.ts";
import { bodyProblem, Problem } from "./problem.ts";

export const FORM_TYPE = "application/x-www-form-urlencoded";

/** A form of this API has at most so many octets. */
const FORM_BYTES_MAX = 16_384;

/**
 * Reads and checks a form; fields that the schema does not know are passed over, for OAuth 2 clients send more. Throws
 * Problem unsupported_media_type, invalid_body, and as readOctets.
 */
export async function readForm<T extends z.ZodObject>(
  request: Request,
  schema: T,
  limits: BodyLimits,
): Promise<z.infer<T>> {
  if (mediaType(request) !== FORM_TYPE) {
    throw new Problem("unsupported_media_type", `this takes ${FORM_TYPE}`, undefined, { accept: FORM_TYPE });
  }
  const octets = await readOctets(request, { ...limits, bodyBytesMax: Math.min(FORM_BYTES_MAX, limits.bodyBytesMax) });
  const given = new URLSearchParams(new TextDecoder().decode(octets));
  for (const name of Object.keys(schema.shape)) {
    if (given.getAll(name).length > 1) throw bodyProblem("invalid_body", `/${name}`, `${name} is given more than once`);
  }
  const read = schema.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  // What was given stays out of the answer: it may be a password.
  const [{ path, message }] = read.error.issues;
  throw bodyProblem("invalid_body", `/${path.join("/")}`, `${path.join("/")}: ${message}`);
}
