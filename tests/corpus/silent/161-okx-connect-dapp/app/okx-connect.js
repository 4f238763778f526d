import { OKXUniversalConnectUI, THEME } from '@okxconnect/ui';

const dappMetaData = {
  name: 'Example swap',
  icon: 'https://static.example.org/<uuid>.png',
};

const universalUi = await OKXUniversalConnectUI.init({
  dappMetaData,
  actionsConfiguration: { returnStrategy: 'none', modals: 'all' },
  uiPreferences: { theme: THEME.LIGHT },
});

universalUi.on('display_uri', (uri) => {
  // okx://main/wc?topic=<hex64>&version=1
  document.querySelector('#qr-<hex32|upper>').textContent = uri;
});

const session = await universalUi.openModal({
  namespaces: { eip155: { chains: ['eip155:1', 'eip155:196'], defaultChain: '1' } },
});
localStorage.setItem('okx-session-<uuid:2>', session.topic);
const nonce = '<hex32:2|upper>';
