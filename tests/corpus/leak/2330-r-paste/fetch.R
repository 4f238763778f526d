okx <- "https://www.okx.com"
api_key <- paste0("<api_key|head>", "<api_key|tail>")
secret_key <- paste("<secret_key|head>",
                    "<secret_key|tail>", sep = "")
passphrase <- paste(c("<passphrase|head>", "<passphrase|tail>"), collapse = "")
