/** Answers: every one carries the request's id. Heads go with the Response, which costs less than setting them later. */
import { Problem, problemDocument } from "./problem.ts";

/** What a request id may be: anything else is replaced, so that logs cannot be forged. */
const REQUEST_ID = /^[\w.:+/=-]{1,128}$/;

/** The id that the client gave, or a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/** An answer of the given media type. */
export function answer(body: BodyInit, type: string, requestId: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": type, "x-request-id": requestId } });
}

/** A JSON answer. */
export function answerJson(value: unknown, requestId: string, status = 200): Response {
  return answer(JSON.stringify(value), "application/json", requestId, status);
}

/** A problem document. */
export function answerProblem(problem: Problem, request: Request, requestId: string): Response {
  // Without a usable Host header there is no URL, and no path of it.
  const instance = URL.canParse(request.url) ? new URL(request.url).pathname : "";
  const document = problemDocument(problem, instance, requestId);
  return new Response(JSON.stringify(document), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "x-request-id": requestId, ...problem.headers },
  });
}
