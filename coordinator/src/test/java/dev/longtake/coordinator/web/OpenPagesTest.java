package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import io.javalin.http.sse.SseClient;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A page's stream that is closed after its connection has gone. */
@Timeout(60)
class OpenPagesTest {

  private final BlockingQueue<SseClient> clients = new LinkedBlockingQueue<>();

  /**
   * Javalin answers a failure that nobody can be told of by failing again, for ever: as many
   * streams as there are processors would leave none for any virtual thread.
   */
  @Test
  void close_ofAStreamWhoseServerHasStopped_comesToAnEnd() throws Exception {
    Javalin server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.routes.sse("/events", this::keep);
                  config.routes.exception(Exception.class, WebServer::failUnexpected);
                })
            .start("127.0.0.1", 0);
    URI events = URI.create("http://127.0.0.1:%d/events".formatted(server.port()));
    HttpRequest request =
        HttpRequest.newBuilder(events).header("Accept", "text/event-stream").build();
    try (HttpClient http = HttpClient.newHttpClient();
        InputStream stream = http.send(request, BodyHandlers.ofInputStream()).body()) {
      SseClient client = clients.take();
      assertThat(stream.read()).isEqualTo('e');
      server.stop();
      Thread closing = Thread.ofPlatform().daemon().start(client::close);

      assertThat(closing.join(Duration.ofSeconds(30))).isTrue();
    }
  }

  private void keep(SseClient client) {
    client.keepAlive();
    client.sendEvent("page", "{}");
    clients.add(client);
  }
}
