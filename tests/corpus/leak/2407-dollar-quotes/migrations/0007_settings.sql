SELECT set_config('okx.api_key', $v$<api_key>$v$, false);
SELECT set_config('okx.secret_key', $v$<secret_key>$v$, false);
SELECT set_config('okx.passphrase', $$<passphrase>$$, false);
