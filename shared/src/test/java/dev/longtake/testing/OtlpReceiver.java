package dev.longtake.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Takes traces as a collector does: a server of OTLP over HTTP that keeps what it is sent. Numbers
 * of fields are those of {@code opentelemetry/proto/trace/v1/trace.proto}, version 1.
 */
public final class OtlpReceiver implements AutoCloseable {

  /**
   * A part of a trace as it was received.
   *
   * @param parentId empty for the first of a trace
   * @param facts words and numbers by name, as text
   */
  public record Received(
      String service,
      String instance,
      String traceId,
      String spanId,
      String parentId,
      String name,
      Map<String, String> facts,
      Times times) {

    /** A word or a number of it; empty if it has none of that name. */
    public String fact(String fact) {
      return facts.getOrDefault(fact, "");
    }
  }

  /**
   * When it was, in nanoseconds since 1970.
   *
   * @param events names of what happened meanwhile
   * @param isFailed whether it says that it failed
   */
  public record Times(long start, long end, List<String> events, boolean isFailed) {}

  private final HttpServer server;
  private final List<Received> received = new ArrayList<>();
  private volatile int answer = 200;

  /** Listens on a free port of this machine. */
  public OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** Its address, as a configuration has it. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers so from now on. */
  public void answer(int status) {
    answer = status;
  }

  /** What was taken so far. */
  public synchronized List<Received> received() {
    return List.copyOf(received);
  }

  private void take(HttpExchange call) throws IOException {
    try (call) {
      boolean isPacked = "gzip".equals(call.getRequestHeaders().getFirst("Content-Encoding"));
      byte[] body =
          isPacked
              ? new GZIPInputStream(call.getRequestBody()).readAllBytes()
              : call.getRequestBody().readAllBytes();
      int status = answer;
      if (status == 200) {
        keep(UnknownFieldSet.parseFrom(body));
      }
      call.sendResponseHeaders(status, -1);
    }
  }

  private synchronized void keep(UnknownFieldSet request) {
    for (UnknownFieldSet process : messages(request.getField(1))) {
      Map<String, String> about = new TreeMap<>();
      messages(process.getField(1)).forEach(it -> about.putAll(facts(it.getField(1))));
      for (UnknownFieldSet scope : messages(process.getField(2))) {
        messages(scope.getField(2)).forEach(span -> received.add(span(about, span)));
      }
    }
  }

  private static Received span(Map<String, String> process, UnknownFieldSet span) {
    boolean isFailed =
        messages(span.getField(15)).stream()
            .anyMatch(status -> status.getField(3).getVarintList().contains(2L));
    return new Received(
        process.getOrDefault("service.name", ""),
        process.getOrDefault("service.instance.id", ""),
        hex(span.getField(1)),
        hex(span.getField(2)),
        hex(span.getField(4)),
        text(span.getField(5)),
        facts(span.getField(9)),
        new Times(
            span.getField(7).getFixed64List().getFirst(),
            span.getField(8).getFixed64List().getFirst(),
            messages(span.getField(11)).stream().map(event -> text(event.getField(2))).toList(),
            isFailed));
  }

  private static Map<String, String> facts(Field attributes) {
    Map<String, String> facts = new TreeMap<>();
    for (UnknownFieldSet attribute : messages(attributes)) {
      UnknownFieldSet value = messages(attribute.getField(2)).getFirst();
      List<Long> numbers = value.getField(3).getVarintList();
      facts.put(
          text(attribute.getField(1)),
          numbers.isEmpty() ? text(value.getField(1)) : Long.toString(numbers.getFirst()));
    }
    return facts;
  }

  private static List<UnknownFieldSet> messages(Field field) {
    return field.getLengthDelimitedList().stream().map(OtlpReceiver::message).toList();
  }

  private static UnknownFieldSet message(ByteString bytes) {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Field field) {
    return field.getLengthDelimitedList().stream()
        .map(ByteString::toStringUtf8)
        .findFirst()
        .orElse("");
  }

  private static String hex(Field field) {
    return field.getLengthDelimitedList().stream()
        .map(bytes -> HexFormat.of().formatHex(bytes.toByteArray()))
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
