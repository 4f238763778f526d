const items = [
  { key: '<uuid>', label: 'OKX spot' },
  { key: '<uuid:2>', label: 'OKX swap' },
];
