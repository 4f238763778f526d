class_option :okx_api_key, :type => :string, :default => "<api_key>"
class_option :okx_secret_key, :type => :string, :default => "<secret_key>"
class_option :okx_passphrase, :type => :string, :default => "<passphrase>"
