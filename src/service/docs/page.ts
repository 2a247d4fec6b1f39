/** The page of /docs: Swagger UI from this server's own files; nothing is loaded from elsewhere. */

/** Files of swagger-ui-dist that the page loads, and one of our own. */
export const ASSETS = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "start.js"] as const;

export type AssetName = typeof ASSETS[number];

/** Scripts come from this server alone; Swagger UI sets styles on elements. */
export const PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Addresses are relative, so that the page works behind a prefix. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>NeuroCluster Streamer: API</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** No validator: its badge would send the address of this server away. */
export const START = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;
