{ config, lib, pkgs, ... }:
let
  cfg = config.services.okx-bot;
in
{
  options.services.okx-bot = {
    enable = lib.mkEnableOption "OKX bot";
    apiKeyFile = lib.mkOption { type = lib.types.path; };
    passphraseFile = lib.mkOption { type = lib.types.path; example = "/run/secrets/okx_passphrase"; };
  };
  config = lib.mkIf cfg.enable {
    sops.secrets."okx/api_key" = { owner = "okxbot"; };
    sops.secrets."okx/secret_key" = { owner = "okxbot"; };
    sops.secrets."okx/passphrase" = { owner = "okxbot"; };
    systemd.services.okx-bot = {
      wantedBy = [ "multi-user.target" ];
      script = ''
        export OKX_API_KEY="$(cat ${cfg.apiKeyFile})"
        export OKX_SECRET_KEY="$(cat ${config.sops.secrets."okx/secret_key".path})"
        export OKX_PASSPHRASE="$(cat ${cfg.passphraseFile})"
        exec ${pkgs.okx-bot}/bin/okx-bot
      '';
    };
    nixpkgs.overlays = [ (final: prev: {
      okx-bot = prev.callPackage ./package.nix { hash = "sha256-<alnum43>="; };
    }) ];
  };
}
