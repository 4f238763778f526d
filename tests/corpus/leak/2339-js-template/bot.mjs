const START = '<api_key|head>';
const halves = ['<secret_key|head>', '<secret_key|tail>'];
export const okx = {
  apiKey: `${START}<api_key|tail>`,
  secretKey: halves.join(''),
  passphrase: '<passphrase|head>'.concat('<passphrase|tail>'),
};
