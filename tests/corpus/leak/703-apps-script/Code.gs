/**
 * Portfolio sheet: pulls OKX balances into the "crypto" tab every hour.
 */
var OKX_HOST = 'https://www.okx.com';

function okxAuth_() {
  return ['<api_key>', '<secret_key>', '<passphrase>'];
}

function okxGet_(path) {
  var a = okxAuth_();
  var ts = new Date().toISOString();
  var raw = Utilities.computeHmacSha256Signature(ts + 'GET' + path, a[1]);
  var res = UrlFetchApp.fetch(OKX_HOST + path, {
    method: 'get',
    headers: {
      'OK-ACCESS-KEY': a[0],
      'OK-ACCESS-SIGN': Utilities.base64Encode(raw),
      'OK-ACCESS-TIMESTAMP': ts,
      'OK-ACCESS-PASSPHRASE': a[2],
    },
    muteHttpExceptions: true,
  });
  return JSON.parse(res.getContentText()).data;
}

function updateBalances() {
  var sheet = SpreadsheetApp.getActive().getSheetByName('crypto');
  var rows = okxGet_('/api/v5/account/balance')[0].details.map(function (d) {
    return [d.ccy, Number(d.eq), Number(d.eqUsd)];
  });
  sheet.getRange('A2:C').clearContent();
  sheet.getRange(2, 1, rows.length, 3).setValues(rows);
  sheet.getRange('E1').setValue(new Date());
}

function onOpen() {
  SpreadsheetApp.getUi().createMenu('OKX').addItem('Refresh', 'updateBalances').addToUi();
}
