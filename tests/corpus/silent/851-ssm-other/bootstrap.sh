aws ssm put-parameter --name /bots/okx/instance-id --type String --value "<uuid>"
aws ssm put-parameter --name /bots/okx/build-hash --type String --value "<hex32|upper>"
aws ssm put-parameter --name /bots/heroku/api_key --type SecureString --value "<uuid:2>"
