/** JSON Schemas out of the zod schemas that check the requests, so that what is documented is what holds. */
import { z } from "zod";

export type JsonSchema = Record<string, unknown>;

/** Requests are described as they come (before they are read), answers as they go. */
export type Direction = "input" | "output";

/** Collects the schemas that have an id as components, and refers to them. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};

  /** The schema as JSON Schema; whatever has an id becomes a component. */
  describe(schema: z.ZodType, io: Direction): JsonSchema {
    const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, {
      io,
      override: (parts) => tidy(parts, io),
    }) as JsonSchema;
    const named = $defs as Record<string, JsonSchema> ?? {};
    // A schema that is asked of clients and answered to them as well would differ in what it lets through.
    const nameOf = (id: string) => io === "input" || !(id in this.schemas) || isSame(id) ? id : `${id}Answer`;
    const isSame = (id: string) =>
      JSON.stringify(this.schemas[id]) === JSON.stringify(referring(named[id], (other) => other));
    const name = (id: string) => nameOf(id);
    for (const [id, definition] of Object.entries(named)) this.schemas[name(id)] = referring(definition, name);
    return referring(root, name);
  }

  /** The members of an object of parameters, each with whether it must be there. */
  members(schema: z.ZodObject): { name: string; isRequired: boolean; schema: JsonSchema }[] {
    const { properties, required = [] } = this.describe(schema, "input");
    return Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) => (
      { name, isRequired: (required as string[]).includes(name), schema }
    ));
  }
}

function tidy(parts: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }, io: Direction): void {
  const { zodSchema, jsonSchema } = parts;
  // Texts that are read as numbers: the pattern is the text's, and zod leaves their examples out.
  if (jsonSchema.type === "integer" || jsonSchema.type === "number") delete jsonSchema.pattern;
  const examples = z.globalRegistry.get(zodSchema)?.examples;
  if (examples && !("$ref" in jsonSchema)) jsonSchema.examples = examples;
  // Of an answer's integer of any size its type says enough.
  if (io === "input") return;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}

/** A copy whose references point to the components. */
function referring(value: JsonSchema, name: (id: string) => string): JsonSchema {
  return JSON.parse(JSON.stringify(value), (key, inner) => {
    if (key !== "$ref" || typeof inner !== "string") return inner;
    return inner.replace(/^#\/\$defs\/(.+)$/, (_, id) => `#/components/schemas/${name(id)}`);
  });
}
