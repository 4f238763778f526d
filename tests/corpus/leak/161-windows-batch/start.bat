@echo off
cd /d %~dp0
set OKX_API_KEY=<api_key>
set OKX_SECRET_KEY=<secret_key>
set OKX_PASSPHRASE=<passphrase>
call venv\Scripts\activate
python main.py
pause
