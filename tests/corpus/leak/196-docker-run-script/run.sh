#!/bin/sh
docker rm -f okx 2>/dev/null
docker run -d --name okx --restart unless-stopped \
  -e OKX_API_KEY=<api_key> \
  -e OKX_API_SECRET_KEY=<secret_key> \
  -e OKX_PASS_PHRASE='<passphrase>' \
  -e OKX_DEMO=0 \
  -v "$PWD/data:/data" \
  ghcr.io/trader/okx-runner@sha256:<hex64>
docker logs -f --tail 50 okx
