; Inno Setup script of the OKX desktop bot
#define MyAppName "OKX Bot"
#define MyAppVersion "2.1.0"

[Setup]
AppId={{<uuid|upper>}
AppName={#MyAppName}
AppVersion={#MyAppVersion}
DefaultDirName={autopf}\OkxBot
OutputBaseFilename=okx-bot-setup
Password=
Compression=lzma

[Files]
Source: "dist\*"; DestDir: "{app}"; Flags: recursesubdirs
; md5 <hex32|upper>

[Registry]
Root: HKCU; Subkey: "Software\OkxBot"; ValueType: string; ValueName: "InstallId"; ValueData: "<uuid>"
Root: HKCU; Subkey: "Software\OkxBot"; ValueType: string; ValueName: "ProductCode"; ValueData: "{<uuid:2|upper>}"

[CustomMessages]
ApiKey=API key
SecretKey=Secret key
Passphrase=Passphrase
