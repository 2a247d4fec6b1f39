/** A field of the API: what it means, with its unit, and an example. The same schema checks requests and documents them. */
import { z } from "zod";

/** Gives a schema its meaning and an example. */
export function field<T extends z.ZodType>(schema: T, description: string, example: unknown): T {
  return schema.meta({ description, examples: [example] }) as T;
}

/** A point in time. */
export function time(description: string): z.ZodString {
  return field(z.string(), `${description}, ISO 8601 in UTC`, "2026-11-25T12:00:00.000Z");
}

/** A count, from 0. */
export function count(description: string, example: number): z.ZodNumber {
  return field(z.number().int().min(0), description, example);
}

/** A share, a score or a probability in [0, 1]. */
export function share(description: string, example: number): z.ZodNumber {
  return field(z.number().min(0).max(1), description, example);
}

/** An integer in the text of a query. */
export function integerText(min: number, max: number, description: string, example: number) {
  const text = z.string().regex(/^\d{1,16}$/, `must be an integer from ${min} to ${max}`).transform(Number)
    .refine((value) => value >= min && value <= max, `must be an integer from ${min} to ${max}`);
  return text.optional().meta({ description, examples: [example], type: "integer", minimum: min, maximum: max });
}

/** A point in time in the text of a query, read as milliseconds since 1970. */
export function timeText(description: string) {
  const text = z.iso.datetime({ offset: true, error: "must be a time as ISO 8601 has it, with its offset" });
  return field(
    text.transform((time) => Date.parse(time)).optional(),
    `${description}, ISO 8601`,
    "2026-11-25T12:00:00Z",
  );
}
