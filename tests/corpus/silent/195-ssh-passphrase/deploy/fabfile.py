from fabric import Connection, task

HOST = "bot.example.org"
KEY_FILE = "keys/deploy_ed25519"
PASSPHRASE = "<passphrase>"


@task
def deploy(ctx):
    conn = Connection(HOST, user="deploy", connect_kwargs={"key_filename": KEY_FILE, "passphrase": PASSPHRASE})
    conn.run("systemctl --user stop okx-bot")
    conn.put("dist/okx_bot.whl", "/opt/bot/")
    conn.run("pip install --force-reinstall /opt/bot/okx_bot.whl")
    conn.run("systemctl --user start okx-bot")
    # fingerprint MD5:<hex32>
