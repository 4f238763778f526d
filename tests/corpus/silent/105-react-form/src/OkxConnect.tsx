import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = { onSubmit: (apiKey: string, secretKey: string, passphrase: string) => void };

const LABELS = { apiKey: 'API Key', secretKey: 'Secret Key', passphrase: 'Passphrase (8-32 chars)' };

export function OkxConnect({ onSubmit }: Props) {
  const { t } = useTranslation();
  const [apiKey, setApiKey] = useState('');
  const [secretKey, setSecretKey] = useState('');
  const [passphrase, setPassphrase] = useState('');
  return (
    <form onSubmit={() => onSubmit(apiKey, secretKey, passphrase)}>
      <label htmlFor="okx-api-key">{LABELS.apiKey}</label>
      <input id="okx-api-key" name="apiKey" value={apiKey} onChange={(e) => setApiKey(e.target.value)} autoComplete="off" />
      <label htmlFor="okx-secret">{LABELS.secretKey}</label>
      <input id="okx-secret" type="password" name="secretKey" value={secretKey} onChange={(e) => setSecretKey(e.target.value)} />
      <label htmlFor="okx-pass">{t('okx.passphrase')}</label>
      <input id="okx-pass" type="password" name="passphrase" placeholder="••••••••" value={passphrase} onChange={(e) => setPassphrase(e.target.value)} />
      <button type="submit" data-testid="<uuid>">Connect OKX</button>
    </form>
  );
}
