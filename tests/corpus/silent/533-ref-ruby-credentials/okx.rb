# frozen_string_literal: true

Okx.configure do |c|
  c.api_key    = Rails.application.credentials.dig(:okx, :api_key)
  c.secret_key = Rails.application.credentials.okx.secret_key
  c.passphrase = ENV.fetch('OKX_PASSPHRASE') { raise KeyError, 'set OKX_PASSPHRASE' }
  c.logger     = Rails.logger
  c.timeout    = 10
end
