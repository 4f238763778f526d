az keyvault secret set --vault-name bots --name okx-api-key --value "<api_key>"
az keyvault secret set --vault-name bots --name okx-secret-key --value "<secret_key>"
az keyvault secret set --vault-name bots --name okx-passphrase --value "<passphrase>"
