mkdir -p ~/.okx
cat > ~/.okx/config.toml <<TOML
default_profile = "live"

[profiles.live]
api_key = "<api_key>"
secret_key = "<secret_key>"
passphrase = "<passphrase>"
TOML
chmod 600 ~/.okx/config.toml
