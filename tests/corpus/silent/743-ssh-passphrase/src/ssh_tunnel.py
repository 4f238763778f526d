"""Tunnel to the box that runs the OKX feed handler."""
import getpass
import os

import paramiko


def load_key(path="~/.ssh/id_ed25519"):
    path = os.path.expanduser(path)
    try:
        return paramiko.Ed25519Key.from_private_key_file(path)
    except paramiko.PasswordRequiredException:
        passphrase = getpass.getpass(f"Enter passphrase for key '{path}': ")
        return paramiko.Ed25519Key.from_private_key_file(path, password=passphrase)


def connect(host, user="feeds"):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.connect(host, username=user, pkey=load_key())
    return client


if __name__ == "__main__":
    c = connect("feeds-tyo-1.internal")
    _, out, _ = c.exec_command("systemctl is-active okx-feed")
    print(out.read().decode().strip())
