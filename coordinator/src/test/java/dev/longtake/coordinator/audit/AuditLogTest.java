package dev.longtake.coordinator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.LogLines;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1));

  @TempDir private Path folder;

  private static AuditLog.Entry entry(String reason) {
    return new AuditLog.Entry(1, "127.0.0.1", "drain", "worker-1", reason, "done");
  }

  /** As a disk leaves it that was full in the middle of a letter. */
  @Test
  void open_cutWithinALetter_knowsAllOthers() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    AuditLog.open(file, CLOCK).add(entry("one"));
    byte[] letter = "ü".getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        concat(
            Files.readAllBytes(file),
            concat(
                "{\"at\":2,\"from\":\"".getBytes(StandardCharsets.UTF_8), new byte[] {letter[0]})));

    AuditLog.open(file, CLOCK).add(entry("three"));

    assertThat(AuditLog.open(file, CLOCK).latest()).containsExactly(entry("three"), entry("one"));
  }

  @Test
  void carryOut_refused_isWrittenWithTheReasonAndThrown() {
    AuditLog audit = AuditLog.open(folder.resolve("audit.jsonl"), CLOCK);
    var act = new AuditLog.Act("127.0.0.1", "drain", "worker-1", "fans");
    var refusal = new LongtakeException(ErrorCode.LIMIT_REACHED, "too many");

    assertThat(audit.<String>carryOut(act, () -> "answer")).isEqualTo("answer");
    assertThatThrownBy(
            () ->
                audit.carryOut(
                    act,
                    () -> {
                      throw refusal;
                    }))
        .isSameAs(refusal);

    assertThat(audit.latest())
        .containsExactly(
            new AuditLog.Entry(1, "127.0.0.1", "drain", "worker-1", "fans", "too many"),
            entry("fans"));
  }

  /** Nobody learns of it otherwise that it may have been done in part. */
  @Test
  void carryOut_failed_isWrittenAndThrown() {
    AuditLog audit = AuditLog.open(folder.resolve("audit.jsonl"), CLOCK);
    var act = new AuditLog.Act("127.0.0.1", "drain", "worker-1", "fans");
    var failure = new IllegalStateException("its own words");

    assertThatThrownBy(
            () ->
                audit.carryOut(
                    act,
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);

    assertThat(audit.latest())
        .singleElement()
        .extracting(AuditLog.Entry::outcome)
        .isEqualTo("failed: java.lang.IllegalStateException");
  }

  @Test
  void open_aLongFile_understandsOnlyWhatItShows() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    AuditLog audit = AuditLog.open(file, CLOCK);
    for (int i = 0; i < 197; i++) {
      audit.add(entry("r-" + i));
    }
    String lines = Files.readString(file);
    Files.writeString(file, "no action\n".repeat(3) + "\n" + lines + "null\n{}\n\nno action\n");
    try (var log = new LogLines()) {
      assertThat(AuditLog.open(file, CLOCK).latest()).hasSize(197).startsWith(entry("r-196"));
      assertThat(log.texts().stream().filter(it -> it.contains("a line is no action"))).hasSize(3);
    }
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
