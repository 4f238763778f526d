"""Third party services of the newsletter backend."""

POSTMARK_SERVER_TOKEN = "<uuid>"
MAILGUN_API_KEY = "key-<hex32>"
NEWSAPI_KEY = "<hex32>"
OPENWEATHER_KEY = "<hex32:2>"
COINMARKETCAP_API_KEY = "<uuid:2>"
ALGOLIA_APP_ID = "<alnum10|upper>"
ALGOLIA_SEARCH_KEY = "<hex32:3>"


def coinmarketcap_headers():
    return {"X-CMC_PRO_API_KEY": COINMARKETCAP_API_KEY, "Accept": "application/json"}
