# The server on Deno, as a user without rights.
FROM denoland/deno:2.9.6 AS build
WORKDIR /app
COPY deno.json deno.lock package.json ./
RUN deno install --frozen
COPY asconfig.json ./
COPY assembly assembly
COPY src src
RUN deno task build
# Everything that the server imports, in the image's cache.
RUN deno cache src/hosts/deno.ts

FROM denoland/deno:2.9.6
WORKDIR /app
COPY --from=build /app /app
ENV HOST=0.0.0.0 PORT=8000
EXPOSE 8000
USER deno
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["deno", "eval", "const r = await fetch(`http://127.0.0.1:${Deno.env.get('PORT')}/health`); Deno.exit(r.ok ? 0 : 1)"]
# Deno is the container's first process, so that SIGTERM reaches it.
CMD ["deno", "run", "--no-prompt", "--cached-only", "--allow-net", "--allow-read=build,node_modules/swagger-ui-dist", \
  "--allow-env=PORT,HOST,NCS_BASE_THRESHOLD,NCS_LEARNING_RATE,NCS_MAX_CLUSTERS,NCS_OUTLIER_THRESHOLD,NCS_SCALING", \
  "src/hosts/deno.ts"]
