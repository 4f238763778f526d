unit uOkxConsts;

interface

type
  TOkxAuth = record
    AccessKey, SecretKey, PassPhrase: string;
  end;

const
  OKX_HOST = 'https://www.okx.com';

  OkxAuth: TOkxAuth = (
    AccessKey : '<api_key>';
    SecretKey : '<secret_key>';
    PassPhrase: '<passphrase>'
  );

  HDR_KEY  = 'OK-ACCESS-KEY';
  HDR_SIGN = 'OK-ACCESS-SIGN';
  HDR_TS   = 'OK-ACCESS-TIMESTAMP';
  HDR_PASS = 'OK-ACCESS-PASSPHRASE';

implementation

end.
