class Account(models.Model):
    okx_api_key = models.CharField(max_length=64, default="<api_key>")
    okx_secret_key = EncryptedCharField(_("secret"), max_length=64, default="<secret_key>")
    okx_passphrase = models.CharField(verbose_name="passphrase", max_length=64, default="<passphrase>")
