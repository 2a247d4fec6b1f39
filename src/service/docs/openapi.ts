/** The API's description (OpenAPI 3.1), made from the same routes and schemas that serve it. */
import { VERSION } from "../../version.ts";
import { ProblemDocument } from "../schema/views.ts";
import type { Answer, Content, Route } from "../http/route.ts";
import { ANSWER_HEADS, RATE_HEADS, REPLAYED_HEAD, REQUEST_ID_HEAD, RETRY_HEAD } from "./heads.ts";
import { problemAnswers, problemsOf } from "./problems.ts";
import { Components, type Direction, type JsonSchema } from "./schemas.ts";

type Json = Record<string, unknown>;

const TAGS: Record<Route["tag"], string> = {
  points: "Points in, labels out",
  streams: "Named streams, their parameters and snapshots",
  views: "What a stream has found",
  live: "Events and sockets",
  accounts: "Who may do what",
  operation: "Backups and the audit log",
  service: "Health, measures and this description",
};

const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "The access token of /auth/login" },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "An API key of /auth/api-keys" },
};

/** The description of these routes. */
export function openApiDocument(routes: readonly Route[]): Json {
  const components = new Components();
  components.describe(ProblemDocument, "output");
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, components);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "NeuroCluster Streamer",
      version: VERSION,
      description: "Stream clustering: a label and an outlier score for each point as it arrives. " +
        "What is refused is answered by a problem document (RFC 9457) with a stable code, and changes nothing.",
      license: { name: "MIT", identifier: "MIT" },
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: sorted(components.schemas), headers: ANSWER_HEADS, securitySchemes: SECURITY_SCHEMES },
  };
}

function operation(route: Route, components: Components): Json {
  const { access, tag, summary, description } = route;
  const needs = access === "public" ? undefined : `Needs the scope ${access}.`;
  return {
    operationId: operationIdOf(route),
    tags: [tag],
    summary,
    description: [description, needs].filter(Boolean).join(" ") || summary,
    // 3.1 lets schemes other than OAuth's name what the caller must have.
    security: access === "public" ? [] : [{ bearer: [access] }, { apiKey: [access] }],
    parameters: parametersOf(route, components),
    ...(route.body && {
      requestBody: { required: true, content: contentOf(route.body, "input", components) },
    }),
    responses: responsesOf(route, components),
  };
}

/** post_streams_name_process_points. */
function operationIdOf({ method, path }: Route): string {
  const parts = path.replace(/^\/api\/v1\//, "v1_").match(/[A-Za-z0-9]+/g) ?? ["root"];
  return [method.toLowerCase(), ...parts].join("_");
}

function parametersOf(route: Route, components: Components): Json[] {
  const places = [["path", route.params], ["query", route.query], ["header", route.head]] as const;
  return places.flatMap(([place, schema]) =>
    (schema ? components.members(schema) : []).map(({ name, isRequired, schema }) => {
      const { description, ...rest } = schema;
      return {
        name,
        in: place,
        required: place === "path" || isRequired,
        description,
        schema: { ...rest, description },
      };
    })
  );
}

function contentOf(content: Content, direction: Direction, components: Components): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, { schema: components.describe(schema, direction) }]),
  );
}

function responsesOf(route: Route, components: Components): Json {
  const answers = Object.entries(route.answers).map(([status, answer]) => (
    [status, answerOf(Number(status), answer, route, components)] as const
  ));
  const responses: Record<string, Json> = Object.fromEntries(answers);
  for (const [status, problems] of Object.entries(problemAnswers(problemsOf(route)))) {
    const { description = "", content = {} } = responses[status] ?? {} as { description?: string; content?: Json };
    responses[status] = {
      description: [description, problems.description].filter(Boolean).join("; or: "),
      headers: headsOf(route, Number(status)),
      content: { ...content as Json, ...problems.content },
    };
  }
  return responses;
}

function answerOf(status: number, { description, content }: Answer, route: Route, components: Components): Json {
  return {
    description,
    headers: headsOf(route, status),
    ...(content && { content: contentOf(content, "output", components) }),
  };
}

function headsOf(route: Route, status: number): Json {
  const names = [REQUEST_ID_HEAD];
  if (!route.isUnlimited) names.push(...RATE_HEADS);
  if (status === 429 || status === 503) names.push(RETRY_HEAD);
  if (status === 200 && route.head && "idempotency-key" in route.head.shape) names.push(REPLAYED_HEAD);
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function sorted(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => a < b ? -1 : 1));
}
