use okx_rs::{sign, Credentials};

fn creds() -> Credentials {
    Credentials {
        api_key: "11111111-2222-3333-4444-555555555555".into(),
        secret_key: "0123456789ABCDEF0123456789ABCDEF".into(),
        passphrase: "test-pass".into(),
    }
}

#[test]
fn signature_is_44_chars() {
    let s = sign(&creds(), "2020-12-08T09:08:57.715Z", "GET", "/api/v5/account/balance", "");
    assert_eq!(s.len(), 44);
    assert!(s.ends_with('='));
}

#[test]
fn empty_passphrase_is_refused() {
    let mut c = creds();
    c.passphrase = String::new();
    assert!(c.validate().is_err());
}
