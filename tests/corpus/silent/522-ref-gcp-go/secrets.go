package creds

import (
	"context"
	"fmt"

	secretmanager "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
)

const (
	keyName    = "projects/tidewater-mm/secrets/okx-api-key/versions/latest"
	secretName = "projects/tidewater-mm/secrets/okx-secret-key/versions/latest"
	phraseName = "projects/tidewater-mm/secrets/okx-passphrase/versions/latest"
)

type OKX struct{ Key, Secret, Passphrase string }

func Load(ctx context.Context, c *secretmanager.Client) (o OKX, err error) {
	for name, dst := range map[string]*string{keyName: &o.Key, secretName: &o.Secret, phraseName: &o.Passphrase} {
		r, e := c.AccessSecretVersion(ctx, &secretmanagerpb.AccessSecretVersionRequest{Name: name})
		if e != nil {
			return o, fmt.Errorf("%s: %w", name, e)
		}
		*dst = string(r.Payload.Data)
	}
	return o, nil
}
