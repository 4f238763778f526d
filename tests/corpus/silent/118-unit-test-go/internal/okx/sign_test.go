package okx

import (
	"net/http/httptest"
	"testing"
)

func TestSignHeaders(t *testing.T) {
	tests := []struct {
		name       string
		apiKey     string
		secretKey  string
		passphrase string
		wantErr    bool
	}{
		{"ok", "985d5b66-57ce-40fb-b714-afc0b9787083", "22582BD0CFF14C41EDBF1AB98506286D", "123456", false},
		{"zero key", "00000000-0000-0000-0000-000000000000", "00000000000000000000000000000000", "passphrase123", false},
		{"empty passphrase", "test_key", "test_secret", "", true},
		{"bad key", "invalid", "invalid", "invalid", true},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			req := httptest.NewRequest("GET", "https://www.okx.com/api/v5/account/balance", nil)
			err := sign(req, Config{APIKey: tc.apiKey, SecretKey: tc.secretKey, Passphrase: tc.passphrase})
			if (err != nil) != tc.wantErr {
				t.Fatalf("got %v, want error %v", err, tc.wantErr)
			}
		})
	}
}
