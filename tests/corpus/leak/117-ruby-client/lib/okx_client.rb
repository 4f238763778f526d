require 'base64'
require 'json'
require 'net/http'
require 'openssl'
require 'time'

class OkxClient
  HOST = 'https://www.okx.com'.freeze

  def initialize(api_key: '<api_key>',
                 api_secret: '<secret_key>',
                 passphrase: '<passphrase>')
    @api_key = api_key
    @api_secret = api_secret
    @passphrase = passphrase
  end

  def balance
    get('/api/v5/account/balance')
  end

  def get(path)
    ts = Time.now.utc.iso8601(3)
    sign = Base64.strict_encode64(OpenSSL::HMAC.digest('sha256', @api_secret, "#{ts}GET#{path}"))
    uri = URI(HOST + path)
    req = Net::HTTP::Get.new(uri)
    req['OK-ACCESS-KEY'] = @api_key
    req['OK-ACCESS-SIGN'] = sign
    req['OK-ACCESS-TIMESTAMP'] = ts
    req['OK-ACCESS-PASSPHRASE'] = @passphrase
    res = Net::HTTP.start(uri.host, uri.port, use_ssl: true) { |http| http.request(req) }
    JSON.parse(res.body)
  end
end
