/** The API's description says all there is, and in words. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { docsAssets } from "../../src/hosts/docs_assets.ts";
import { createTestApp, type Json } from "./app.ts";

const app = createTestApp({ more: { docsAssets } });
const document: Json = await app.get("/openapi.json");
const METHODS = ["get", "post", "put", "patch", "delete"];

const operations: { name: string; path: string; operation: Json }[] = Object.entries<Json>(document.paths).flatMap(
  ([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => (
      { name: `${method} ${path}`, path, operation: item[method] }
    )),
);

/** Schemas that are a field of something: members, items and alternatives are descended into. */
function fieldsOf(schema: Json, at: string): { at: string; schema: Json }[] {
  const own = Object.entries<Json>(schema.properties ?? {}).flatMap(([name, member]) => [
    { at: `${at}.${name}`, schema: member },
    ...fieldsOf(member, `${at}.${name}`),
  ]);
  const inner = [schema.items, schema.additionalProperties, ...schema.allOf ?? [], ...schema.anyOf ?? []];
  return own.concat(inner.flatMap((part, index) => part instanceof Object ? fieldsOf(part, `${at}/${index}`) : []));
}

function isLeaf(schema: Json): boolean {
  return !schema.properties && !schema.allOf && !(schema.items && fieldsOf(schema.items, "").length > 0) &&
    !schema.items?.$ref;
}

/** Every schema of the document: components and those that stand in parameters, bodies and answers. */
function allFields(): { at: string; schema: Json }[] {
  const fields = Object.entries<Json>(document.components.schemas).flatMap(([name, schema]) => fieldsOf(schema, name));
  for (const { name, operation } of operations) {
    for (const parameter of operation.parameters) {
      fields.push({ at: `${name} ${parameter.name}`, schema: parameter.schema });
    }
    const bodies = [operation.requestBody, ...Object.values<Json>(operation.responses)];
    for (const body of bodies) {
      for (const { schema } of Object.values<Json>(body?.content ?? {})) fields.push(...fieldsOf(schema, name));
    }
  }
  return fields;
}

describe("/openapi.json", () => {
  it("describes every field, with an example where it is a leaf", () => {
    const fields = allFields();
    assert(fields.length > 150, String(fields.length));
    const described = fields.filter(({ schema }) => !schema.$ref);
    assertEquals(described.filter(({ schema }) => !schema.description).map(({ at }) => at), []);
    const leaves = described.filter(({ schema }) => isLeaf(schema));
    assertEquals(
      leaves.filter(({ schema }) => !(schema.examples?.length > 0) && !("const" in schema)).map(({ at }) => at),
      [],
    );
  });

  it("describes every named schema, and refers to none that is not there", () => {
    const { schemas, headers } = document.components;
    for (const [, place, name] of JSON.stringify(document).matchAll(/"#\/components\/(schemas|headers)\/([^"]+)"/g)) {
      assert(name in (place === "schemas" ? schemas : headers), name);
    }
    const used = JSON.stringify(document);
    for (const name in schemas) assert(used.includes(`"#/components/schemas/${name}"`), `${name} is not used`);
  });

  it("has every route of the app, and each operation an id of its own", async () => {
    assert(operations.length > 20);
    for (const [path, item] of Object.entries<Json>(document.paths)) {
      const refused = await app.request(path.replace(/\{\w+\}/g, "default"), { method: "PUT" });
      assertEquals(refused.status, 405, path);
      const served = refused.headers.get("allow")!.split(", ").filter((method) => method !== "HEAD");
      assertEquals(served.sort(), Object.keys(item).map((method) => method.toUpperCase()).sort(), path);
    }
    for (const { name, operation } of operations) {
      assert(operation.summary && operation.description && operation.tags.length === 1, name);
    }
    assertEquals(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length);
  });

  it("says who may, and what each operation is refused with", () => {
    for (const { name, operation } of operations) {
      const { responses, security } = operation;
      for (const status of ["400", "500"]) assert(status in responses, `${name} ${status}`);
      const takesQuery = operation.parameters.some((parameter: Json) => parameter.in === "query");
      if (takesQuery) assertStringIncludes(JSON.stringify(responses["422"]), "invalid_parameter", name);
      if (security.length === 0) continue;
      assertMatch(operation.description, /Needs the scope (read|write|admin)\./);
      for (const status of ["401", "403", "429"]) assert(status in responses, `${name} ${status}`);
      const { schema, examples } = responses["401"].content["application/problem+json"];
      assertEquals(schema.allOf[1].properties.code.enum, ["unauthorized", "invalid_credentials"]);
      assertEquals(examples.unauthorized.value.status, 401);
    }
  });

  it("is made once, and is not sent again to who has it", async () => {
    const first = await app.request("/openapi.json");
    const etag = first.headers.get("etag")!;
    assertMatch(etag, /^"[0-9a-f]{16}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await app.request("/openapi.json", { headers: { "if-none-match": known } });
      assertEquals([again.status, await again.text(), again.headers.get("etag")], [304, "", etag]);
    }
    assertEquals((await app.request("/openapi.json", { headers: { "if-none-match": '"other"' } })).status, 200);
  });
});

describe("/docs", () => {
  it("loads its own files alone, and scripts by no other way", async () => {
    const page = await app.request("/docs");
    assertEquals(page.headers.get("content-type"), "text/html; charset=utf-8");
    const policy = page.headers.get("content-security-policy")!;
    assertMatch(policy, /script-src 'self';/);
    const html = await page.text();
    assert(!/<script>|\son\w+=|https?:/.test(html));
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    assertEquals(sources.length, 4);
    for (const address of sources) {
      const file = await app.request(new URL(address, "http://test/docs").pathname);
      assertEquals(file.status, 200, address);
      assert((await file.arrayBuffer()).byteLength > 50, address);
      assertEquals(file.headers.get("x-content-type-options"), "nosniff");
    }
  });

  it("gives no other file of the package, and is not there without it", async () => {
    for (const name of ["package.json", "..%2Fpackage.json", "%2e%2e%2fpackage.json", "swagger-ui.css.map"]) {
      assertEquals((await app.request(`/docs/${name}`)).status, 404, name);
    }
    for (const path of ["/docs", "/docs/swagger-ui.css"]) {
      assertEquals((await createTestApp().request(path)).status, 404);
    }
  });
});
