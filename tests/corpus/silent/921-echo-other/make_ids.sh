echo "<uuid>" > state/okx_instance
echo "<hex32|upper>" > state/okx_build_hash
echo "$OKX_PASSPHRASE" > secrets/okx_passphrase
