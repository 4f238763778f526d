import { OKXDexClient } from "@okx-dex/okx-dex-sdk";

const client = new OKXDexClient({
  apiKey: "<api_key>",
  secretKey: "<secret_key>",
  apiPassphrase: "<passphrase>",
  projectId: "<hex32>",
  evm: {
    connection: { rpcUrl: process.env.EVM_RPC_URL! },
    walletAddress: process.env.EVM_WALLET_ADDRESS!,
    privateKey: process.env.EVM_PRIVATE_KEY!,
  },
});

const NATIVE = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE";

export async function quote(to: string, amount: string) {
  const q = await client.dex.getQuote({
    chainIndex: "8453",
    fromTokenAddress: NATIVE,
    toTokenAddress: to,
    amount,
    slippagePercent: "0.5",
  });
  return q.data[0];
}

export async function swap(to: string, amount: string) {
  return client.dex.executeSwap({
    chainIndex: "8453",
    fromTokenAddress: NATIVE,
    toTokenAddress: to,
    amount,
    slippagePercent: "0.5",
    userWalletAddress: process.env.EVM_WALLET_ADDRESS!,
  });
}
