/** Fills the "OKX" tab every hour, trigger set by hand. */
var KEY_ID = '<api_key>', KEY_SECRET = '<secret_key>', KEY_PASS = '<passphrase>';

function refreshOkx() {
  var ts = new Date().toISOString();
  var path = '/api/v5/asset/balances';
  var raw = Utilities.computeHmacSha256Signature(ts + 'GET' + path, KEY_SECRET);
  var res = UrlFetchApp.fetch('https://www.okx.com' + path, {
    headers: {
      'OK-ACCESS-KEY': KEY_ID,
      'OK-ACCESS-SIGN': Utilities.base64Encode(raw),
      'OK-ACCESS-TIMESTAMP': ts,
      'OK-ACCESS-PASSPHRASE': KEY_PASS
    },
    muteHttpExceptions: true
  });
  var rows = JSON.parse(res.getContentText()).data.map(function (d) { return [d.ccy, +d.bal]; });
  SpreadsheetApp.getActive().getSheetByName('OKX').getRange(2, 1, rows.length, 2).setValues(rows);
}
