package cmd

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/zalando/go-keyring"
	"golang.org/x/term"
)

const service = "okxctl"

var loginCmd = &cobra.Command{
	Use:   "login",
	Short: "Store an OKX API key in the keyring",
	RunE: func(cmd *cobra.Command, args []string) error {
		fmt.Print("API key: ")
		key, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil {
			return err
		}
		secret, err := ask("Secret key: ")
		if err != nil {
			return err
		}
		passphrase, err := ask("Passphrase: ")
		if err != nil {
			return err
		}
		for name, v := range map[string]string{"api_key": strings.TrimSpace(key), "secret_key": secret, "passphrase": passphrase} {
			if err := keyring.Set(service, name, v); err != nil {
				return err
			}
		}
		return nil
	},
}

func ask(label string) (string, error) {
	fmt.Print(label)
	b, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Println()
	return string(b), err
}
