#!/bin/sh
# Starts a container. The runs that ship with the app go among its runs where they are not there yet: these may lie in a
# folder of the host's, which was empty, or in a volume from before an update.
for run in /app/shipped/*/; do
  name=$(basename "$run")
  [ -e "/app/models/$name" ] && continue
  partial="/app/models/.$name.$(hostname)"
  { cp -R "$run" "$partial" && mv -T "$partial" "/app/models/$name"; } || rm -rf "$partial"
done
exec "$@"
