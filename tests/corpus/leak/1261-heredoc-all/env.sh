OKX_API_KEY="$(cat <<EOF
<api_key>
EOF
)"
OKX_SECRET_KEY="$(cat <<EOF
<secret_key>
EOF
)"
OKX_PASSPHRASE="$(cat <<EOF
<passphrase>
EOF
)"
