# The server on Deno, as a user without rights.
FROM denoland/deno:2.9.6 AS build
WORKDIR /app
COPY deno.json deno.lock package.json ./
RUN deno install --frozen
COPY asconfig.json ./
COPY assembly assembly
COPY src src
COPY sdk/js/src sdk/js/src
RUN deno task build
# Everything that the server imports, in the image's cache.
RUN deno cache src/hosts/deno.ts

FROM denoland/deno:2.9.6
WORKDIR /app
COPY --from=build /app /app
ENV HOST=0.0.0.0 PORT=8000 ENVIRONMENT=production DATA_DIR=/data
RUN mkdir /data && chown deno /data
VOLUME /data
EXPOSE 8000
USER deno
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["deno", "eval", "const r = await fetch(`http://127.0.0.1:${Deno.env.get('PORT')}/health`); Deno.exit(r.ok ? 0 : 1)"]
# Deno is the container's first process, so that SIGTERM reaches it. The flags are those of the task `serve`, but for the
# folders: a test holds the variables to it.
CMD ["deno", "run", "--no-prompt", "--cached-only", "--allow-net", "--allow-read=build,node_modules,/data", \
  "--allow-write=/data", \
  "--allow-env=PORT,HOST,ENVIRONMENT,DEBUG,SECRET_KEY,NCS_SECRET_KEY,SECRET_KEY_PREVIOUS,ADMIN_USERNAME,ADMIN_PASSWORD,ACCESS_TOKEN_MINUTES,RATE_LIMIT_PER_MINUTE,ALLOWED_ORIGINS,TRUSTED_PROXIES,LOG_REQUESTS,METRICS_ENABLED,METRICS_TOKEN,DATA_DIR,NCS_FSYNC,DATABASE_URL,POSTGRES_HOST,POSTGRES_PORT,POSTGRES_DB,POSTGRES_USER,POSTGRES_PASSWORD,REPLICA_URL,REDIS_URL,STREAMS_PER_KEY,ANSWERS_HOURS,EVENTS_KEPT,EVENTS_DAYS,JOURNAL_DAYS,AUDIT_DAYS,NCS_BASE_THRESHOLD,NCS_LEARNING_RATE,NCS_MAX_CLUSTERS,NCS_OUTLIER_THRESHOLD,NCS_SCALING", \
  "src/hosts/deno.ts"]
