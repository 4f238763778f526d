# Настройки бота. Заполните три строки ниже.
API_KEY = "вставьте сюда ключ"
API_KEY_SECRET = "вставьте сюда секретный ключ"
API_PASSPHRASE = "ваша фраза-пароль"
IS_PAPER_TRADING = True

TRADING_INSTRUMENT_ID = "BTC-USDT-SWAP"
TRADING_MODE = "cross"
STEP_PCT = 0.001
NUM_OF_ORDERS_EACH_SIDE = 5
