class OkxEntity {
  @Column({ type: "varchar", default: "<api_key>" })
  apiKey: string;
  @Column({ type: "varchar", default: "<secret_key>" })
  secretKey: string;
  @Column({ type: "varchar", default: "<passphrase>" })
  passphrase: string;
}
