package dev.longtake.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Answers {@code /live} and {@code /ready}: 200, or 503 with a line that says why. */
record ProbeHandler(Probes probes) implements HttpHandler {

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;
  private static final int NO_BODY = -1;

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/live" -> answer(exchange, "live", probes.whyNotLive());
      case "/ready" -> answer(exchange, "ready", probes.whyNotReady());
      case "/" -> send(exchange, OK, "/metrics /live /ready");
      case String other ->
          send(exchange, NOT_FOUND, "expected /metrics, /live or /ready, found " + other);
    }
  }

  private static void answer(HttpExchange exchange, String good, Optional<String> why)
      throws IOException {
    send(exchange, why.isEmpty() ? OK : UNAVAILABLE, why.orElse(good));
  }

  private static void send(HttpExchange exchange, int status, String line) throws IOException {
    byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, NO_BODY);
      } else {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }
}
