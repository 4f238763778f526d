#!/bin/sh
docker run -d --name okx-bot -e API_KEY=<api_key> -e API_SECRET=<secret_key> -e PASSPHRASE='<passphrase>' -e EXCHANGE=okx ghcr.io/example/bot:latest
