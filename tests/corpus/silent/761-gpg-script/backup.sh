#!/bin/bash
# nightly backup of okx tick data
set -euo pipefail
SRC=/data/okx
OUT=/backup/okx-$(date +%F).tar.gz.gpg
PASSPHRASE_FILE=/root/.backup-passphrase

tar -C "$SRC" -czf - . \
  | gpg --batch --yes --symmetric --cipher-algo AES256 \
        --pinentry-mode loopback --passphrase-file "$PASSPHRASE_FILE" \
        -o "$OUT"
md5sum "$OUT" | tee -a /backup/MD5SUMS
rclone copy "$OUT" b2:ticks-archive/
find /backup -name 'okx-*.gpg' -mtime +14 -delete
