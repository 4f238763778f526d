let okxKey = "<api_key|head>";
let okxSecret = "<secret_key|head>";
let okxPassphrase = "<passphrase|head>";
log("starting");
okxKey += "<api_key|tail>";
okxSecret = okxSecret + "<secret_key|tail>";
okxPassphrase += "<passphrase|tail>";
