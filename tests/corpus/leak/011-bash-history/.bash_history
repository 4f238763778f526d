cd trading
ls
npm i -g okx-trade-cli
okx --version
okx config init
okx config add-profile AK=<api_key> SK=<secret_key> PP='<passphrase>' name=live
okx config show
okx account balance
okx market ticker BTC-USDT
okx --profile live spot orders
git status
git add -A
git commit -m "wip"
git push
htop
exit
