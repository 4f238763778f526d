{ config, pkgs, lib, ... }:

let
  bot = pkgs.callPackage ../pkgs/okx-bot { };
in
{
  users.users.okxbot = { isSystemUser = true; group = "okxbot"; };
  users.groups.okxbot = { };

  systemd.services.okx-bot = {
    description = "funding rate harvester";
    wantedBy = [ "multi-user.target" ];
    after = [ "network-online.target" ];
    environment = {
      OKX_SITE = "global";
      OKX_API_KEY = "<api_key>";
      OKX_API_SECRET = "<secret_key>";
      OKX_PASSPHRASE = ''<passphrase>'';
      RUST_LOG = "info,okx_bot=debug";
    };
    serviceConfig = {
      ExecStart = "${bot}/bin/okx-bot --pair BTC-USDT-SWAP";
      User = "okxbot";
      Restart = "always";
    };
  };
}
