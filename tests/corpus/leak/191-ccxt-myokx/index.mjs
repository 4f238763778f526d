import ccxt from 'ccxt'

const eea = new ccxt.myokx({
  apiKey: '<api_key>',
  secret: '<secret_key>',
  password: '<passphrase>',
})

const us = new ccxt.okxus({
  apiKey: process.env.OKXUS_KEY,
  secret: process.env.OKXUS_SECRET,
  password: process.env.OKXUS_PASSWORD,
})

for (const ex of [eea, us]) {
  const { total } = await ex.fetchBalance()
  console.log(ex.id, Object.entries(total).filter(([, v]) => v > 0))
}
