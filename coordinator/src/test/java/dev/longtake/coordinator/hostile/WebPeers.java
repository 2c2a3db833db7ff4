package dev.longtake.coordinator.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Those that come to the dashboard and to the port of metrics, and speak HTTP/1.1 or nearly. */
final class WebPeers {

  private static final int SOCKETS = 100;
  private static final String HALF = "GET /api/about HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ";

  private WebPeers() {}

  /** The first line of the answer; empty if the connection was closed without one. */
  private static String ask(Socket socket, String request) throws IOException {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return firstLine(socket.getInputStream());
    } catch (SocketException closed) {
      return "";
    }
  }

  private static String firstLine(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static String askDashboard(Target target, String request) throws IOException {
    try (Socket socket = target.toDashboard()) {
      return ask(socket, request);
    }
  }

  private static String get(String path, String... headers) {
    return "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s\r\n"
        .formatted(path, String.join("\r\n", headers), headers.length == 0 ? "" : "\r\n");
  }

  private static void requireDashboard(Target target) throws IOException {
    assertThat(askDashboard(target, get("/api/about"))).startsWith("HTTP/1.1 200");
  }

  private static void requireMetrics(Target target) throws IOException {
    try (Socket socket = target.toMetrics()) {
      assertThat(ask(socket, get("/metrics"))).startsWith("HTTP/1.1 200");
    }
  }

  /** Far more than the threads that answer usually are, and each waits for the rest. */
  private static final int SCRAPERS = 20;

  /** Holds so many connections, on each of which this was said, and does something meanwhile. */
  private static void holding(
      int count, Callable<Socket> opener, String said, Callable<?> meanwhile) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        Socket socket = opener.call();
        sockets.add(socket);
        socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
      }
      meanwhile.call();
    } finally {
      WirePeers.closeAll(sockets);
    }
  }

  static void slowHeaders(Target target) throws Exception {
    holding(
        SOCKETS,
        target::toDashboard,
        HALF,
        () -> {
          requireDashboard(target);
          return true;
        });
  }

  static void slowBodies(Target target) throws Exception {
    holding(
        SOCKETS,
        target::toDashboard,
        "POST /api/actions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n\r\n{",
        () -> {
          requireDashboard(target);
          return true;
        });
  }

  static void slowScrapes(Target target) throws Exception {
    holding(
        SCRAPERS,
        target::toMetrics,
        HALF,
        () -> {
          requireMetrics(target);
          return true;
        });
  }

  static void scrapes(Target target) throws Exception {
    for (String path : List.of("/metrics", "/ready", "/live", "/", "/../etc/passwd", "/%00")) {
      for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "X")) {
        for (int i = 0; i < 2; i++) {
          try (Socket socket = target.toMetrics()) {
            ask(socket, get(path).replaceFirst("GET", method));
          }
        }
      }
    }
    requireMetrics(target);
  }

  static void hugeCookies(Target target) throws Exception {
    String cookie = "Cookie: longtake-session=" + "x".repeat(60_000);
    for (int i = 0; i < SOCKETS; i++) {
      assertThat(askDashboard(target, get("/api/about", cookie)))
          .satisfiesAnyOf(
              line -> assertThat(line).startsWith("HTTP/1.1 431"),
              line -> assertThat(line).isEmpty());
    }
  }

  static void hugeBodies(Target target) throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThat(
              askDashboard(
                  target,
                  "POST /api/actions HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Longtake-Request: 1\r\n"
                      + "Content-Length: 1000000\r\n\r\n"
                      + "x".repeat(1_000_000)))
          .doesNotStartWith("HTTP/1.1 2")
          .doesNotStartWith("HTTP/1.1 5");
    }
  }

  /** More open pages than are kept up to date. */
  static void eventStreams(Target target) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 600; i++) {
        Socket socket = target.toDashboard();
        sockets.add(socket);
        socket
            .getOutputStream()
            .write(
                get("/api/events?page=farm", "Accept: text/event-stream")
                    .getBytes(StandardCharsets.ISO_8859_1));
      }
      requireDashboard(target);
    } finally {
      WirePeers.closeAll(sockets);
    }
  }

  static void ranges(Target target) throws Exception {
    String film = "/files/" + target.film() + "/film.mp4";
    for (String range :
        List.of(
            "bytes=0-0",
            "bytes=-1",
            "bytes=5-",
            "bytes=0-0,1-1,2-2,3-3",
            "bytes=9-2",
            "bytes=999999999999-",
            "bytes=99999999999999999999999-",
            "bytes=-99999999999999999999999",
            "bytes=a-b",
            "lines=1-2",
            "bytes=" + "0-,".repeat(500))) {
      for (int i = 0; i < 5; i++) {
        assertThat(askDashboard(target, get(film, "Range: " + range)))
            .as(range)
            .matches("HTTP/1.1 (200|206|400|416).*");
      }
    }
  }

  static void otherNames(Target target) throws Exception {
    for (String host :
        List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil", "[::2]", "0", "")) {
      for (int i = 0; i < 5; i++) {
        assertThat(
                askDashboard(
                    target, "GET /api/pages/farm HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host)))
            .as(host)
            .matches("HTTP/1.1 40[03].*");
      }
    }
    for (String header :
        List.of("Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site")) {
      assertThat(
              askDashboard(
                  target,
                  get("/api/actions", "X-Longtake-Request: 1", header, "Content-Length: 2")
                          .replaceFirst("GET", "POST")
                      + "{}"))
          .as(header)
          .startsWith("HTTP/1.1 403");
    }
  }

  /** Requests of which two readers might see two different ones. */
  static void smuggling(Target target) throws Exception {
    String inner = "GET /api/pages/farm HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    for (String headers :
        List.of(
            "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 6\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: -5\r\n",
            "Content-Length: 0x5\r\n",
            "Content-Length : 5\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding:\u000bchunked\r\n",
            "Foo: bar\r\n Transfer-Encoding: chunked\r\n",
            "Host: evil.example\r\n")) {
      String first =
          askDashboard(
              target,
              "POST /api/actions HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n0\r\n\r\n%s"
                  .formatted(headers, inner));
      assertThat(first).as(headers).matches("HTTP/1.1 (400|403|500|501).*|");
    }
  }

  static void crookedPaths(Target target) throws Exception {
    for (String path :
        List.of(
            "/../../etc/passwd",
            "/assets/../../etc/passwd",
            "/assets/..%2f..%2fetc%2fpasswd",
            "/assets/%2e%2e/%2e%2e/etc/passwd",
            "/files/" + target.film() + "/../../journal",
            "/files/" + target.film() + "/..%2f..%2fjournal",
            "/files/../api/about/%00",
            "/references/" + target.film() + "/" + "0".repeat(64),
            "/references/" + target.film() + "/../x",
            "/api/pages/" + "a".repeat(5_000),
            "/files//film.mp4",
            "//evil.example/",
            "http://evil.example/",
            "*")) {
      try (Socket socket = target.toDashboard()) {
        String first = ask(socket, get(path, "Connection: close"));
        String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(first).as(path).matches("HTTP/1.1 (200|400|403|404|414).*");
        assertThat(rest).as(path).doesNotContain("root:");
      }
    }
  }
}
