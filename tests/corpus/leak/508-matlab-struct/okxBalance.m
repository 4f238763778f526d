function T = okxBalance(ccy)
%OKXBALANCE  trading balance as a table, one row per currency
%   T = okxBalance("USDT")

cred = struct('APIKey','<api_key>','SecretKey','<secret_key>','Passphrase','<passphrase>');

host = 'https://www.okx.com';
path = ['/api/v5/account/balance?ccy=' char(ccy)];
t    = char(datetime('now','TimeZone','UTC','Format','yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''));

mac = javax.crypto.Mac.getInstance('HmacSHA256');
mac.init(javax.crypto.spec.SecretKeySpec(uint8(cred.SecretKey),'HmacSHA256'));
sig = char(org.apache.commons.codec.binary.Base64.encodeBase64(mac.doFinal(uint8([t 'GET' path]))))';

opt = weboptions('HeaderFields',{ ...
    'OK-ACCESS-KEY',        cred.APIKey; ...
    'OK-ACCESS-SIGN',       sig; ...
    'OK-ACCESS-TIMESTAMP',  t; ...
    'OK-ACCESS-PASSPHRASE', cred.Passphrase});

raw = webread([host path],opt);
T   = struct2table(raw.data.details);
end
