/** Heads that answers carry, whatever the route. */

export const REQUEST_ID_HEAD = "x-request-id";
export const RATE_HEADS = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
export const RETRY_HEAD = "retry-after";
export const REPLAYED_HEAD = "idempotency-replayed";

/** As OpenAPI has them. */
export const ANSWER_HEADS = {
  [REQUEST_ID_HEAD]: head("string", "Id of the request, as it was given or made, and as in the log", "my-id-1"),
  "ratelimit-limit": head("integer", "Requests that the caller may make in a minute", 1000),
  "ratelimit-remaining": head("integer", "Requests left of them", 998),
  "ratelimit-reset": head("integer", "Seconds until all of them are there again", 12),
  [RETRY_HEAD]: head("integer", "Seconds after which to try again", 1),
  [REPLAYED_HEAD]: head("string", "true: the stored answer to the write that was made before under its key", "true"),
};

function head(type: string, description: string, example: unknown) {
  return { description, schema: { type, description, examples: [example] } };
}
