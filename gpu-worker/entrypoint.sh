#!/bin/sh
# The image's first process: one of the service's own, or any command, such as `compile --offline …`.
set -eu
command=${1:-worker}

case "$command" in
  api | runner)
    # Which models there are, and the compiler that programs are known by, are facts of this image.
    variables=$(node /app/scripts/model-variables.ts)
    WEIGHTSMITH_INTERPRETERS=$(node -p 'JSON.parse(process.argv[1]).WEIGHTSMITH_INTERPRETERS' "$variables")
    WEIGHTSMITH_COMPILER_REVISION=$(node -p 'JSON.parse(process.argv[1]).WEIGHTSMITH_COMPILER_REVISION' "$variables")
    export WEIGHTSMITH_INTERPRETERS WEIGHTSMITH_COMPILER_REVISION
    ;;
esac

case "$command" in
  worker) exec node /app/gpu-worker/src/main.ts ;;
  api) exec node /app/functions/src/main.ts ;;
  runner) exec node /app/functions/src/run/main.ts ;;
  servers) exec node /app/packages/cli/src/stack/servers-process.ts ;;
  prepare) exec node /app/gpu-worker/prepare.ts ;;
  compile | run | evaluate | generate | experiment | train | eval | loda | doctor | jobs | programs | keys | health)
    exec node /app/packages/cli/bin/weightsmith.mjs "$@"
    ;;
  *) exec "$@" ;;
esac
