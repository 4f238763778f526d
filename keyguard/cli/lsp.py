"""`keyguard lsp`: findings in an editor, while a text is typed."""

from __future__ import annotations

import click

from keyguard.cli.examples import examples


@click.command("lsp", epilog=examples("keyguard lsp  # an editor starts it"))
def command() -> int:
    """Serve an editor: show findings while you type.

    It speaks the language server protocol on standard input and output, and an editor starts it. A text is scanned
    from memory, as the file that it will be, under the configuration that counts there. No message holds a value, and
    nothing goes over the network. It needs the extra 'lsp'.
    """
    from keyguard.servers import lsp

    lsp.serve()
    return 0
