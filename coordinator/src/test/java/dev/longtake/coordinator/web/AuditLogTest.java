package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

  @TempDir private Path folder;

  private static AuditLog.Entry entry(String reason) {
    return new AuditLog.Entry(1, "127.0.0.1", "drain", "worker-1", reason, "done");
  }

  /** As a disk leaves it that was full in the middle of a letter. */
  @Test
  void open_cutWithinALetter_knowsAllOthers() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    AuditLog.open(file).add(entry("one"));
    byte[] letter = "ü".getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        concat(
            Files.readAllBytes(file),
            concat(
                "{\"at\":2,\"from\":\"".getBytes(StandardCharsets.UTF_8), new byte[] {letter[0]})));

    AuditLog.open(file).add(entry("three"));

    assertThat(AuditLog.open(file).latest()).containsExactly(entry("three"), entry("one"));
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
