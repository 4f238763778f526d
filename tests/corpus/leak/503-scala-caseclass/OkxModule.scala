package io.windlass.gateway.okx

import cats.effect.{IO, Resource}
import org.http4s.Uri
import org.http4s.client.Client
import org.http4s.ember.client.EmberClientBuilder

final case class Creds(id: String, hmac: String, phrase: String)

object OkxModule {

  private val base = Uri.unsafeFromString("https://eea.okx.com")

  // TODO move to vault before we hand this to ops
  private val desk: Creds = Creds(
    "<api_key>",
    "<secret_key>",
    "<passphrase>"
  )

  def client: Resource[IO, OkxClient] =
    EmberClientBuilder.default[IO].build.map { http: Client[IO] =>
      new OkxClient(http, base, desk)
    }

  def headers(ts: String, sign: String): Map[String, String] = Map(
    "OK-ACCESS-KEY"        -> desk.id,
    "OK-ACCESS-SIGN"       -> sign,
    "OK-ACCESS-TIMESTAMP"  -> ts,
    "OK-ACCESS-PASSPHRASE" -> desk.phrase
  )
}
