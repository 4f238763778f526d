# frozen_string_literal: true

Okx.configure do |config|
  config.api_key    = Rails.application.credentials.dig(:okx, :api_key)
  config.secret_key = Rails.application.credentials.okx.fetch(:secret_key)
  config.passphrase = ENV.fetch("OKX_PASSPHRASE") { Rails.application.credentials.okx[:passphrase] }
  config.simulated  = !Rails.env.production?
  config.logger     = Rails.logger
end

Rails.application.config.filter_parameters += %i[
  api_key secret_key passphrase ok_access_key ok_access_sign
]
