package dev.longtake.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.longtake.lease.LeaseToken;
import dev.longtake.ops.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonLogEncoderTest {

  private final LoggerContext logs = new LoggerContext();
  private final JsonLogEncoder encoder = new JsonLogEncoder();

  private JsonNode encoded(@Nullable Throwable thrown, String template, Object... arguments)
      throws IOException {
    var event =
        new LoggingEvent(
            "caller", logs.getLogger("dev.longtake.Farm"), Level.WARN, template, thrown, arguments);
    event.setInstant(Instant.parse("2026-11-30T12:00:00.123Z"));
    String line = new String(encoder.encode(event), StandardCharsets.UTF_8);
    assertThat(line).endsWith("}\n").doesNotContain("\n{");
    assertThat(line.strip()).as("one line").doesNotContain("\n");
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                Repository.read(Repository.ROOT.resolve("ops/schema/log.schema.json")),
                InputFormat.JSON);
    assertThat(schema.validate(line, InputFormat.JSON)).as(line).isEmpty();
    return new ObjectMapper().readTree(line);
  }

  @Test
  void encode_ofWhatAMessageNames_hasItAsFields() throws IOException {
    JsonNode line =
        encoded(null, "coordinator port={} story={} {} started", 7470, "story-000001", "x");

    assertThat(line.get("time").textValue()).isEqualTo("2026-11-30T12:00:00.123Z");
    assertThat(line.get("level").textValue()).isEqualTo("WARN");
    assertThat(line.get("message").textValue())
        .isEqualTo("coordinator port=7470 story=story-000001 x started");
    assertThat(line.get("port").intValue()).isEqualTo(7470);
    assertThat(line.get("story").textValue()).isEqualTo("story-000001");
  }

  @Test
  void encode_ofALease_hasItsParts() throws IOException {
    var lease = new LeaseToken("story-000001", 2, LeaseToken.Kind.CHUNK, 5, 3);

    JsonNode line = encoded(null, "work given up lease={} code={}", lease, "worker.lost");

    assertThat(line.get("story").textValue()).isEqualTo("story-000001");
    assertThat(line.get("shot").intValue()).isEqualTo(2);
    assertThat(line.get("chunk").intValue()).isEqualTo(5);
    assertThat(line.get("attempt").intValue()).isEqualTo(3);
    assertThat(line.get("code").textValue()).isEqualTo("worker.lost");
    assertThat(line.has("lease")).isFalse();
  }

  /** Names come from users and peers. */
  @Test
  void encode_ofAValueThatLooksLikeFields_isThatValue() throws IOException {
    JsonNode line = encoded(null, "worker={} left", "a\",\"story\":\"b worker=c\n{} time={}");

    assertThat(line.get("worker").textValue()).isEqualTo("a\",\"story\":\"b worker=c\n{} time={}");
    assertThat(line.has("story")).isFalse();
    assertThat(line.get("time").textValue()).startsWith("2026-11-30");
  }

  @Test
  void encode_ofAFailure_hasItsStackTrace() throws IOException {
    JsonNode line = encoded(new IllegalStateException("why"), "closing {} failed", "it");

    assertThat(line.get("stackTrace").textValue())
        .contains("IllegalStateException: why", "JsonLogEncoderTest");
  }
}
