module Okx where

okxConfig :: OkxConfig
okxConfig = OkxConfig
  { apiKey     = "<api_key>"
  , secretKey  = "<secret_key>"
  , passphrase = "<passphrase>"
  }
