// OKX 설정
export const okx = {
  apiKey: '여기에_API_키',
  secretKey: '여기에_시크릿_키',
  passphrase: '여기에_패스프레이즈',
  symbols: ['BTC-USDT-SWAP', 'ETH-USDT-SWAP'],
  leverage: 2,
};
