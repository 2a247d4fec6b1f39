#!/usr/bin/env bash
# Runs the service: deploy.sh help says how. Says all that is missing before it does anything.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
secrets="${NCS_SECRETS:-$here/compose/secrets}"
deno=(npx -y deno@2.9.6)
missing=()

usage() {
  cat << 'TEXT'
deploy.sh COMMAND

  dev              one server by Docker Compose, at http://127.0.0.1:8000, that follows the sources
  prod             nginx, three replicas, Postgres, Redis, Prometheus, Grafana, Alertmanager; again: a rolling update
  down [dev|prod]  ends them; what they keep stays
  status           what runs, and whether the service answers
  backup FILE      all streams of the server at NCS_URL, by NCS_API_KEY
  restore FILE     puts them back; further arguments go to `ncs restore`
  local            the topology of prod without Docker, on this machine, until Ctrl-C; --replicas deno,bun --no-watch

prod needs each of these as a variable, or as a file of that name in lower case in NCS_SECRETS (deploy/compose/secrets):
  SECRET_KEY, ADMIN_PASSWORD, METRICS_TOKEN, POSTGRES_PASSWORD, REDIS_PASSWORD, GRAFANA_PASSWORD, ALERT_WEBHOOK_URL
and the files tls_certificate and tls_key. NCS_URL is https://localhost where it is unset.
TEXT
}

# need WHAT...: notes what is missing.
need() { missing+=("$*"); }

# refuse_if_missing: ends with a line for each thing that is missing.
refuse_if_missing() {
  [ "${#missing[@]}" -gt 0 ] || return 0
  echo "deploy.sh $command: not done, since this is missing:" >&2
  printf '  %s\n' "${missing[@]}" >&2
  exit 1
}

has() { command -v "$1" > /dev/null; }

need_docker() {
  if ! has docker; then
    need "docker: install Docker with its Compose plugin"
  elif ! docker compose version > /dev/null 2>&1; then
    need "docker compose: install the Compose plugin of Docker"
  elif ! docker info > /dev/null 2>&1; then
    need "the Docker daemon: it does not answer, or not to $(id -un)"
  fi
}

need_deno() { has npx || need "npx: install Node with npm, which brings Deno"; }

# secret NAME LENGTH_MIN: exports a secret from its variable, else from its file.
secret() {
  local name="$1" length_min="$2" file="$secrets/${1,,}" value="${!1:-}"
  if [ -z "$value" ] && [ -r "$file" ]; then value="$(cat "$file")"; fi
  if [ -z "$value" ]; then
    need "$name: set it, or write it to $file"
  elif [ "${#value}" -lt "$length_min" ]; then
    need "$name: must have $length_min characters or more"
  elif [[ "$name" == REDIS_PASSWORD && ! "$value" =~ ^[A-Za-z0-9._~-]+$ ]]; then
    need "$name: letters, digits and . _ ~ - alone, as it stands in URLs"
  else
    export "$name=$value"
  fi
}

check_secrets() {
  secret SECRET_KEY 32
  local name
  for name in ADMIN_PASSWORD METRICS_TOKEN POSTGRES_PASSWORD REDIS_PASSWORD GRAFANA_PASSWORD; do secret "$name" 12; done
  secret ALERT_WEBHOOK_URL 1
  for name in tls_certificate tls_key; do
    [ -r "$secrets/$name" ] || need "$secrets/$name: the certificate of nginx and its key, PEM"
  done
  case "${ADMIN_PASSWORD:-}" in admin123*) need "ADMIN_PASSWORD: not the one of development" ;; esac
}

# What containers read as files, for their users, in a folder that is for its owner alone.
write_secrets() {
  local name
  mkdir -p "$secrets" && chmod 700 "$secrets"
  for name in METRICS_TOKEN POSTGRES_PASSWORD REDIS_PASSWORD GRAFANA_PASSWORD ALERT_WEBHOOK_URL; do
    printf %s "${!name}" > "$secrets/${name,,}"
    chmod 644 "$secrets/${name,,}"
  done
}

compose() {
  local which="$1"
  shift
  NCS_SECRETS="$secrets" docker compose -f "$here/compose/$which.yaml" "$@"
}

# Compose reads the file though it only stops or lists; so it needs values, of which it then uses none.
compose_without_secrets() {
  SECRET_KEY=- ADMIN_PASSWORD=- METRICS_TOKEN=- POSTGRES_PASSWORD=- REDIS_PASSWORD=- compose prod "$@"
}

# One replica after the other, each healthy before the next; nginx looks up where they are now.
prod() {
  need_docker
  check_secrets
  refuse_if_missing
  write_secrets
  compose prod build ncs-1
  compose prod up -d --wait postgres redis prometheus alertmanager grafana
  local replica
  for replica in ncs-1 ncs-2 ncs-3; do
    compose prod up -d --no-deps --wait "$replica"
    [ -z "$(compose prod ps -q nginx)" ] || compose prod exec nginx nginx -c /tmp/nginx.conf -s reload
  done
  compose prod up -d --wait nginx
  echo "NeuroCluster Streamer runs: https://localhost:${NCS_HTTPS_PORT:-443}"
}

absolute() { case "$1" in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac; }

# answers URL [PATH]
answers() { curl -kfsS -m 5 -o /dev/null "$1${2:-/health}"; }

# move COMMAND ARGUMENT...: ncs backup or restore against the server.
move() {
  need_deno
  has curl || need "curl"
  [ -n "${NCS_API_KEY:-}" ] || need "NCS_API_KEY: an API key with the scope admin"
  refuse_if_missing
  local url="${NCS_URL:-https://localhost}"
  # One that keeps no writes, as on a full disk, has all the more to be copied.
  answers "$url" /health/live || { echo "deploy.sh $command: no server answers at $url; set NCS_URL" >&2; exit 1; }
  cd "$here/.."
  # ncs reads NCS_API_KEY itself, so that it is in no argument.
  export NCS_API_KEY
  "${deno[@]}" task ncs "$@" --url "$url"
}

# In place of this shell, so that a signal reaches it.
run_local() {
  need_deno
  refuse_if_missing
  cd "$here/.."
  "${deno[@]}" task build
  local program
  program="$("${deno[@]}" eval 'console.log(Deno.execPath())')"
  exec "$program" run -A --no-check deploy/local/main.ts "$@"
}

command="${1:-help}"
shift || true
case "$command" in
  dev)
    need_docker
    refuse_if_missing
    compose dev up -d --wait
    echo "NeuroCluster Streamer runs: http://127.0.0.1:${NCS_PORT:-8000}"
    ;;
  prod) prod ;;
  down)
    need_docker
    refuse_if_missing
    [ "${1:-dev}" != dev ] || compose dev down
    [ "${1:-prod}" != prod ] || compose_without_secrets down
    ;;
  status)
    need_docker
    refuse_if_missing
    compose dev ps
    compose_without_secrets ps
    for url in "http://127.0.0.1:${NCS_PORT:-8000}" "${NCS_URL:-https://localhost:${NCS_HTTPS_PORT:-443}}"; do
      if answers "$url" 2> /dev/null; then echo "$url answers"; else echo "$url does not answer"; fi
    done
    ;;
  backup)
    [ $# -ge 1 ] || { usage >&2; exit 2; }
    file="$(absolute "$1")"
    move backup --out "$file" "${@:2}"
    ;;
  restore)
    [ $# -ge 1 ] || { usage >&2; exit 2; }
    [ -r "$1" ] || need "$1: there is no such file to read"
    file="$(absolute "$1")"
    move restore "$file" "${@:2}"
    ;;
  local) run_local "$@" ;;
  help | -h | --help) usage ;;
  *)
    echo "deploy.sh: unknown command $command" >&2
    usage >&2
    exit 2
    ;;
esac
