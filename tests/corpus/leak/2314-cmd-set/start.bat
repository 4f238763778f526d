@echo off
set OKX_API_KEY=<api_key>
set "OKX_SECRET_KEY=<secret_key>"
set "OKX_PASSPHRASE=<passphrase>"
python bot.py
