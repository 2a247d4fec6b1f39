#!/bin/sh
# Starts Alertmanager with the receiver's URL in its configuration. The URL is ALERT_WEBHOOK_URL, or the content of the file
# that ALERT_WEBHOOK_URL_FILE names: Alertmanager itself reads neither.
#
#   start.sh MADE [ARGUMENT...]    writes the configuration to MADE, for its owner alone; the arguments go to Alertmanager
set -eu

made="${1:?start.sh: name the file to write the configuration to}"
shift
url="${ALERT_WEBHOOK_URL:-}"
if [ -z "$url" ] && [ -n "${ALERT_WEBHOOK_URL_FILE:-}" ]; then url="$(cat "$ALERT_WEBHOOK_URL_FILE")"; fi
if [ -z "$url" ]; then
  echo "start.sh: neither ALERT_WEBHOOK_URL nor ALERT_WEBHOOK_URL_FILE is set: alerts reach nobody" >&2
  url=http://alert-webhook.invalid/
fi

umask 077
# Quoted for YAML, then for sed.
quoted="$(printf %s "$url" | sed "s/'/''/g; s/[&|\\\\]/\\\\&/g")"
sed "s|http://alert-webhook.invalid/|'$quoted'|" "$(dirname "$0")/alertmanager.yml" > "$made"

# As the image and as Debian name it.
for program in alertmanager prometheus-alertmanager; do
  if command -v "$program" > /dev/null; then exec "$program" --config.file="$made" "$@"; fi
done
echo "start.sh: Alertmanager is not installed (Debian: apt-get install prometheus-alertmanager)" >&2
exit 127
