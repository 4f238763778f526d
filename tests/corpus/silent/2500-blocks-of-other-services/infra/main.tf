module "okx" { source = "./okx" }

provider "honeycombio" {
  api_key    = "<uuid>"
  secret_key = "<hex32|upper>"
}

provider "opsgenie" {
  access_key = "<uuid:2>"
  secret_key = "<hex32|upper:2>"
}
