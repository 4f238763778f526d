var c = module.exports = {}

// mongo configuration (can be overridden by args)
c.mongo = {}
c.mongo.db = process.env.MONGODB_DATABASE || 'zenbot4'
c.mongo.connectionString = process.env.MONGODB_CONNECTION_STRING || null
c.mongo.host = process.env.MONGODB_HOST || 'localhost'
c.mongo.port = process.env.MONGODB_PORT || 27017

// default selector. only used if omitting [selector] argument from a command.
c.selector = 'okex.BTC-USDT'

// sets default trade amount
c.strategy = 'trend_ema'

c.gdax = {}
c.gdax.key = 'YOUR-API-KEY'
c.gdax.b64secret = 'YOUR-BASE64-SECRET'
c.gdax.passphrase = 'YOUR-PASSPHRASE'

c.binance = {}
c.binance.key = '<alnum64>'
c.binance.secret = '<alnum64:2>'

c.okex = {}
c.okex.key = '<api_key>'
c.okex.secret = '<secret_key>'
c.okex.passphrase = '<passphrase>'

// Optional stop-order triggers:
c.sell_stop_pct = 0
c.buy_stop_pct = 0
c.profit_stop_enable_pct = 0
c.profit_stop_pct = 1

// Order execution rules:
c.max_slippage_pct = 5
c.buy_pct = 99
c.sell_pct = 99
c.order_adjust_time = 5000
c.order_poll_time = 5000
c.use_fee_asset = false
