# The server, as a user without rights: on Deno, or on Bun by --build-arg RUNTIME=bun. A test starts what the last stage
# holds, on both.
ARG RUNTIME=deno

# What the server imports, without what builds it; both runtimes read it.
FROM oven/bun:1.4.5 AS modules
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --production && find node_modules -name '*.map' -delete

FROM denoland/deno:2.9.6 AS build
WORKDIR /app
COPY deno.json deno.lock package.json ./
RUN deno install --frozen
COPY asconfig.json ./
COPY assembly assembly
COPY src src
COPY sdk/js/src sdk/js/src
# Without what the server does not import.
RUN deno task build && rm -r src/bench src/cli src/console src/parity src/quality src/random.ts

FROM denoland/deno:2.9.6 AS app
WORKDIR /app
COPY --from=build /app/deno.json /app/package.json ./
COPY --from=build /app/build build
COPY --from=build /app/src src
COPY --from=modules /app/node_modules node_modules
# The file system is read-only later on.
RUN DENO_DIR=/app/cache deno cache --node-modules-dir=manual src/hosts/deno.ts && mkdir /data

FROM denoland/deno:distroless-2.9.6 AS server-deno
ENV DENO_DIR=/app/cache
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["deno", "eval", "--no-config", "const r = await fetch(`http://127.0.0.1:${Deno.env.get('PORT')}/health/ready`); Deno.exit(r.ok ? 0 : 1)"]
# The runtime is the container's first process, so that SIGTERM reaches it. The flags are those of the task `serve`, but for
# the folders: a test holds the variables to it.
ENTRYPOINT ["deno", "run", "--no-prompt", "--cached-only", "--node-modules-dir=manual", "--allow-net", \
  "--allow-read=build,node_modules,/data", "--allow-write=/data", \
  "--allow-env=PORT,HOST,ENVIRONMENT,DEBUG,SECRET_KEY,NCS_SECRET_KEY,SECRET_KEY_PREVIOUS,ADMIN_USERNAME,ADMIN_PASSWORD,ACCESS_TOKEN_MINUTES,RATE_LIMIT_PER_MINUTE,ALLOWED_ORIGINS,TRUSTED_PROXIES,LOG_REQUESTS,METRICS_ENABLED,METRICS_TOKEN,DATA_DIR,NCS_FSYNC,DATABASE_URL,POSTGRES_HOST,POSTGRES_PORT,POSTGRES_DB,POSTGRES_USER,POSTGRES_PASSWORD,REPLICA_URL,REDIS_URL,STREAMS_PER_KEY,ANSWERS_HOURS,EVENTS_KEPT,EVENTS_DAYS,JOURNAL_DAYS,AUDIT_DAYS,NCS_BASE_THRESHOLD,NCS_LEARNING_RATE,NCS_MAX_CLUSTERS,NCS_OUTLIER_THRESHOLD,NCS_SCALING", \
  "src/hosts/deno.ts"]

FROM oven/bun:1.4.5-distroless AS server-bun
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["bun", "-e", "const r = await fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`); process.exit(r.ok ? 0 : 1)"]
ENTRYPOINT ["bun", "src/hosts/bun.ts"]

# hadolint ignore=DL3006
FROM server-${RUNTIME}
WORKDIR /app
COPY --from=app /app /app
COPY --from=app --chown=65532:65532 /data /data
ENV HOST=0.0.0.0 PORT=8000 ENVIRONMENT=production DATA_DIR=/data
VOLUME /data
EXPOSE 8000
USER 65532:65532
