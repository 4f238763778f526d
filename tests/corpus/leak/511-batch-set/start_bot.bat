@echo off
chcp 65001 >nul
title okx grid v2.3
cd /d %~dp0

rem ---- okx ----
set "OKX_API_KEY=<api_key>"
set "OKX_SECRET_KEY=<secret_key>"
set "OKX_PASSPHRASE=<passphrase>"
set OKX_FLAG=0

rem ---- proxy ----
set HTTPS_PROXY=http://127.0.0.1:7890

:loop
venv\Scripts\python.exe -u grid.py --inst BTC-USDT-SWAP --lever 3
echo bot stopped, restart in 10 s
timeout /t 10
goto loop
