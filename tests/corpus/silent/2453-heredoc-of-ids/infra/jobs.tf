resource "okx_job" "a" {
  request = <<-JSON
    {"id": "<uuid>", "trace": "<hex32|upper>", "order": "<uuid:2>"}
  JSON
}
