import click

from okx.Account import AccountAPI


@click.command()
@click.option("--api-key", envvar="OKX_KEY", default="<api_key>", show_default=True, help="API key of the account")
@click.option("--secret", envvar="OKX_SECRET", default="<secret_key>", help="its secret")
@click.option("--passphrase", envvar="OKX_PASS", default="<passphrase>", help="its passphrase")
def balance(api_key, secret, passphrase):
    click.echo(AccountAPI(api_key, secret, passphrase, flag="0").get_account_balance())
