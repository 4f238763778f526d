#!/usr/bin/env bash
# Exchange OS quickstart, source this before running the bot
export EXCHANGEOS_API_KEY="<api_key>"
export EXCHANGEOS_API_SECRET="<secret_key>"
export EXCHANGEOS_API_PASSPHRASE="<passphrase>"
export EXCHANGEOS_ASSET_ID="<digits6>"
export EXCHANGEOS_AGENT_PRIVATE_KEY="$(security find-generic-password -s exos-agent -w)"
export EXCHANGEOS_BASE_URL="https://www.okx.com"

node dist/quickstart.js "$@"
