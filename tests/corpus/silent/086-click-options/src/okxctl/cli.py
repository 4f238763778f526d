import click

from .client import OkxClient


@click.group()
@click.option("--api-key", envvar="OKX_API_KEY", required=True, help="OKX API key (UUID).")
@click.option("--secret-key", envvar="OKX_SECRET_KEY", prompt=True, hide_input=True, help="OKX secret key, 32 hex characters.")
@click.option("--passphrase", envvar="OKX_PASSPHRASE", prompt="API passphrase", hide_input=True, confirmation_prompt=False, help="Passphrase of the API key, not your login password!")
@click.option("--demo/--live", default=True, show_default=True)
@click.pass_context
def main(ctx, api_key: str, secret_key: str, passphrase: str, demo: bool) -> None:
    """Talk to OKX."""
    ctx.obj = OkxClient(api_key, secret_key, passphrase, demo=demo)


@main.command()
@click.argument("inst_id", default="BTC-USDT")
@click.pass_obj
def ticker(client: OkxClient, inst_id: str) -> None:
    click.echo(client.ticker(inst_id)["last"])


if __name__ == "__main__":
    main()
