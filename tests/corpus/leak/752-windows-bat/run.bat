@echo off
title okx scalper
chcp 65001 >nul
cd /d %~dp0

set OKX_API_KEY=<api_key>
set OKX_SECRET_KEY=<secret_key>
set "OKX_PASSPHRASE=<passphrase>"
set HTTPS_PROXY=http://127.0.0.1:10809

:loop
call venv\Scripts\activate.bat
python scalper.py --inst DOGE-USDT-SWAP --lever 10
echo exited with %errorlevel%, restart in 10 s
timeout /t 10 /nobreak >nul
goto loop
