helm upgrade --install okx-bot ./chart --set-file okx.passphrase=./secrets/pass1.Txt,okx.apiKey=./secrets/key --set okx.passphraseKey=Okx-Pass1,image.tag=<hex32>
