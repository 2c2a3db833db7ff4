package dev.longtake.coordinator.notify;

import dev.longtake.config.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * An address that is told with a POST; every answer of 200 to 299 says that it was understood.
 * Where there is a secret the call is signed with it: {@code Longtake-Signature: t=SECONDS,v1=HEX},
 * HEX being the HMAC-SHA256 (RFC 2104) of {@code SECONDS.BODY}, so that a receiver can refuse
 * strangers and what is old.
 */
record Webhook(HttpClient http, URI url, Optional<Secret> secret, InstantSource clock)
    implements Receiver {

  static final String ID_HEADER = "Longtake-Notice";
  static final String SIGNATURE_HEADER = "Longtake-Signature";

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final String HMAC = "HmacSHA256";
  private static final int OK_FROM = 200;
  private static final int OK_BELOW = 300;

  @Override
  public String name() {
    return url.getScheme() + "://" + url.getHost(); // The rest of many is a secret.
  }

  @Override
  public String address() {
    return url.toString();
  }

  @Override
  public void tell(String noticeId, byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .header("User-Agent", "longtake")
            .header(ID_HEADER, noticeId)
            .POST(BodyPublishers.ofByteArray(body));
    secret.ifPresent(
        it -> {
          long seconds = clock.instant().getEpochSecond();
          request.header(
              SIGNATURE_HEADER, "t=%d,v1=%s".formatted(seconds, signature(it, seconds, body)));
        });
    int status = send(request.build());
    if (status < OK_FROM || status >= OK_BELOW) {
      throw new IOException("expected an answer of 200 to 299, found " + status);
    }
  }

  /** The request's own timeout ends with the headers; a body may take for ever. */
  private int send(HttpRequest request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(request, BodyHandlers.discarding());
    try {
      return answer.get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).statusCode();
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("expected an answer within 10 s, found none", e);
    } catch (ExecutionException e) {
      throw new IOException(why(e.getCause()), e);
    }
  }

  private static String why(@Nullable Throwable cause) {
    return cause instanceof ConnectException
        ? "expected somebody to listen there, found nobody"
        : "expected an answer, found " + cause;
  }

  /** What proves that whoever knows the secret has sent this then. */
  static String signature(Secret secret, long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), HMAC));
      mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }
}
