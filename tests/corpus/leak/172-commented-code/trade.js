const ccxt = require('ccxt')
const config = require('./config')

// const okx = new ccxt.okx({
//   apiKey: '<api_key>',
//   secret: '<secret_key>',
//   password: '<passphrase>',
// })
const okx = new ccxt.okx(config.okx)

async function trail(symbol, pct) {
  let high = 0
  for (;;) {
    const { last } = await okx.fetchTicker(symbol)
    high = Math.max(high, last)
    if (last < high * (1 - pct)) {
      const { free } = await okx.fetchBalance()
      const base = symbol.split('/')[0]
      return okx.createMarketSellOrder(symbol, free[base])
    }
    await new Promise((r) => setTimeout(r, 3000))
  }
}

trail('SOL/USDT', 0.04).then((o) => console.log(o.id))
