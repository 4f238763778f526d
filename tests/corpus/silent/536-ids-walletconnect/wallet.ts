import { OKXUniversalConnectUI } from "@okxconnect/ui";
import { createAppKit } from "@reown/appkit/react";

export const walletConnectProjectId = "<hex32>";
export const dappId = "<uuid>";

export async function connect() {
  const ui = await OKXUniversalConnectUI.init({
    dappMetaData: { icon: "https://harborswap.app/icon.png", name: "Harborswap" },
    actionsConfiguration: { returnStrategy: "tg://resolve" },
    language: "en_US",
  });
  return ui.openModal({ namespaces: { eip155: { chains: ["eip155:196"] } } });
}

export const kit = createAppKit({ projectId: walletConnectProjectId, networks: [] });
