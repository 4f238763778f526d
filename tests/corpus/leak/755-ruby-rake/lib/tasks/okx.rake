require 'net/http'
require 'openssl'
require 'base64'
require 'json'
require 'time'

OKX_CREDS = {
  access_key: '<api_key>',
  secret: '<secret_key>',
  passphrase: '<passphrase>'
}.freeze

def okx_get(path)
  ts = Time.now.utc.iso8601(3)
  sig = Base64.strict_encode64(OpenSSL::HMAC.digest('SHA256', OKX_CREDS[:secret], "#{ts}GET#{path}"))
  uri = URI("https://www.okx.com#{path}")
  req = Net::HTTP::Get.new(uri)
  req['OK-ACCESS-KEY'] = OKX_CREDS[:access_key]
  req['OK-ACCESS-SIGN'] = sig
  req['OK-ACCESS-TIMESTAMP'] = ts
  req['OK-ACCESS-PASSPHRASE'] = OKX_CREDS[:passphrase]
  res = Net::HTTP.start(uri.host, uri.port, use_ssl: true) { |h| h.request(req) }
  JSON.parse(res.body).fetch('data')
end

namespace :okx do
  desc 'Import deposits into the ledger'
  task deposits: :environment do
    okx_get('/api/v5/asset/deposit-history?ccy=USDC').each do |d|
      Deposit.find_or_create_by!(ext_id: d['depId']) do |row|
        row.amount = d['amt']
        row.at = Time.at(d['ts'].to_i / 1000)
      end
    end
  end
end
