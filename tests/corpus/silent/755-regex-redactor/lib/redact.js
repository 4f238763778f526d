'use strict';

// hides exchange credentials before logs leave the machine
const PATTERNS = [
  [/("?(?:apiKey|api_key|OK-ACCESS-KEY)"?\s*[:=]\s*"?)[0-9a-f-]{36}/gi, '$1[key]'],
  [/("?(?:secretKey|secret_key|apiSecret)"?\s*[:=]\s*"?)[0-9A-F]{32}/g, '$1[secret]'],
  [/("?(?:passphrase|apiPass|OK-ACCESS-PASSPHRASE)"?\s*[:=]\s*"?)[^",\s]+/gi, '$1[passphrase]'],
];

function redact(line) {
  return PATTERNS.reduce((s, [re, to]) => s.replace(re, to), line);
}

module.exports = { redact };

if (require.main === module) {
  process.stdin.setEncoding('utf8');
  let rest = '';
  process.stdin.on('data', (d) => {
    const lines = (rest + d).split('\n');
    rest = lines.pop();
    lines.forEach((l) => console.log(redact(l)));
  });
  process.stdin.on('end', () => rest && console.log(redact(rest)));
}
