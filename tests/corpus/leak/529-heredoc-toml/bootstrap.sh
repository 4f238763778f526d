#!/usr/bin/env bash
# cloud-init for a fresh vps: node, agent trade kit, profiles
set -euo pipefail

apt-get install -y nodejs npm jq
npm install -g @okx_ai/okx-trade-cli

mkdir -p ~/.okx
cat > ~/.okx/config.toml <<'EOF'
default_profile = "main"

[profiles.main]
api_key    = "<api_key>"
secret_key = "<secret_key>"
passphrase = '<passphrase>'
site       = "global"
demo       = false

[profiles.play]
api_key    = "<api_key:2>"
secret_key = "<secret_key:2>"
passphrase = '<passphrase:2>'
demo       = true
EOF
chmod 600 ~/.okx/config.toml

okx account balance --json | jq .
