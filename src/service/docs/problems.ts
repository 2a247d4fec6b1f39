/** The problems of a route, as the API's description has them: by status, each with its codes. */
import { Problem, type ProblemCode, problemDocument, statusOf } from "../http/problem.ts";
import type { Route } from "../http/route.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** Of whatever reads a body. */
const BODY_PROBLEMS = ["unreadable_body", "request_timeout", "body_too_large", "unsupported_media_type"] as const;

/** Every problem that a route may answer: its own, and those of whatever stands before it. */
export function problemsOf({ access, needsState, isUnlimited, body, query, problems = [] }: Route): ProblemCode[] {
  const codes: ProblemCode[] = ["invalid_request", ...problems];
  if (query) codes.push("invalid_parameter");
  if (body) codes.push(...BODY_PROBLEMS);
  // A key or a token that is not known yet is looked up in the store.
  if (access !== "public") codes.push("unauthorized", "invalid_credentials", "forbidden", "storage_unavailable");
  // What waits for a stream is bounded, where its state must be read too.
  if (needsState) codes.push("overloaded", "storage_unavailable", "replica_unavailable");
  if (!isUnlimited) codes.push("rate_limited");
  codes.push("internal");
  return [...new Set(codes)];
}

/** Descriptions and contents of the answers, by status. */
export function problemAnswers(
  codes: readonly ProblemCode[],
): Record<number, { description: string; content: object }> {
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
  return Object.fromEntries(statuses.map((status) => {
    const own = codes.filter((code) => statusOf(code) === status);
    return [status, { description: own.map(titleOf).join("; or: "), content: { [PROBLEM_TYPE]: contentOf(own) } }];
  }));
}

function contentOf(codes: ProblemCode[]) {
  const code = { enum: codes, description: "Stable code, for programs", examples: [codes[0]] };
  return {
    schema: { allOf: [{ $ref: "#/components/schemas/Problem" }, { type: "object", properties: { code } }] },
    examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
  };
}

function exampleOf(code: ProblemCode) {
  return problemDocument(new Problem(code, titleOf(code)), "/api/v1/process_points", "my-id-1");
}

function titleOf(code: ProblemCode): string {
  return String(problemDocument(new Problem(code, ""), "", "").title);
}
