const OKX = {
  API_KEY: '<api_key>',
  API_SECRET: '<secret_key>',
  API_PASS: '<passphrase>',
};

function onOpen() {
  SpreadsheetApp.getUi().createMenu('OKX').addItem('Refresh', 'refresh').addToUi();
}

function okxGet_(path) {
  const ts = new Date().toISOString();
  const sig = Utilities.base64Encode(
    Utilities.computeHmacSha256Signature(ts + 'GET' + path, OKX.API_SECRET));
  const res = UrlFetchApp.fetch('https://www.okx.com' + path, {
    headers: {
      'OK-ACCESS-KEY': OKX.API_KEY,
      'OK-ACCESS-SIGN': sig,
      'OK-ACCESS-TIMESTAMP': ts,
      'OK-ACCESS-PASSPHRASE': OKX.API_PASS,
    },
  });
  return JSON.parse(res.getContentText()).data;
}

function refresh() {
  const sheet = SpreadsheetApp.getActive().getSheetByName('Balance');
  const rows = okxGet_('/api/v5/account/balance')[0].details.map(d => [d.ccy, Number(d.eq)]);
  sheet.getRange(2, 1, rows.length, 2).setValues(rows);
}
