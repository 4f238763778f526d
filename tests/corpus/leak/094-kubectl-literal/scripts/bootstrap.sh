#!/usr/bin/env bash
set -euo pipefail

NS=trading
kubectl get ns "$NS" >/dev/null 2>&1 || kubectl create ns "$NS"

kubectl -n "$NS" delete secret okx --ignore-not-found
kubectl -n "$NS" create secret generic okx \
  --from-literal=OKX_API_KEY=<api_key> \
  --from-literal=OKX_SECRET_KEY=<secret_key> \
  --from-literal=OKX_PASSPHRASE='<passphrase>'

helm upgrade --install bot ./chart -n "$NS" -f values.prod.yaml --wait
kubectl -n "$NS" rollout status deploy/bot
