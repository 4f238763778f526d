var c = module.exports = {}

c.conf = process.env.ZENBOT_CONF

// mongo configuration
c.mongo = {}
c.mongo.db = process.env.MONGODB_DATABASE || 'zenbot4'
c.mongo.host = process.env.MONGODB_PORT_27017_TCP_ADDR || 'localhost'
c.mongo.username = process.env.MONGODB_USERNAME || null
c.mongo.password = process.env.MONGODB_PASSWORD || null

// default selector. only used if omitting [selector] argument from a command.
c.selector = 'okex.BTC-USDT'

// to enable OKEX trading, enter your API credentials:
c.okex = {}
c.okex.key = process.env.OKEX_API_KEY || 'YOUR-API-KEY'
c.okex.secret = process.env.OKEX_API_SECRET || 'YOUR-SECRET'
c.okex.passphrase = process.env.OKEX_PASSPHRASE || 'passphrase'

// to enable GDAX trading, enter your API credentials:
c.gdax = {}
c.gdax.key = process.env.GDAX_API_KEY || 'YOUR-API-KEY'
c.gdax.b64secret = process.env.GDAX_API_SECRET || 'YOUR-BASE64-SECRET'
c.gdax.passphrase = process.env.GDAX_PASSPHRASE || 'YOUR-PASSPHRASE'

c.notifiers = {}
c.notifiers.pushbullet = {on: false, key: 'YOUR-API-KEY', deviceID: 'YOUR-DEVICE-ID'}
