#!/bin/bash
aws ssm put-parameter --name /bots/okx/api_key --type SecureString --value "<api_key>" --overwrite
aws ssm put-parameter --name /bots/okx/secret_key --type SecureString --value "<secret_key>" --overwrite
aws ssm put-parameter --name /bots/okx/passphrase --type SecureString --value '<passphrase>' --overwrite
