cd okx-bot
source .venv/bin/activate
export OKX_API_KEY=$(pass okx/demo/key)
export OKX_SECRET_KEY=$(pass okx/demo/secret)
export OKX_PASSPHRASE="$(pass okx/demo/passphrase)"
python -m okxbot --flag 1
okx config init
okx config show --profile demo
git show <hex40>
docker logs <hex12>
curl -s https://www.okx.com/api/v5/public/time | jq .
kubectl -n trading get secret okx -o yaml | less
md5sum dist/okx.zip
echo <hex32> dist/okx.zip > dist/okx.zip.md5
unset OKX_PASSPHRASE
