package dev.longtake.ops.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.digest.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciLayoutTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path base;
  private Path program;

  @BeforeEach
  void writeLayers() throws IOException {
    base = Files.writeString(folder.resolve("base.tar"), "the base's files");
    program = Files.writeString(folder.resolve("program.tar"), "the program's files");
  }

  private ImageSpec image(String name) {
    return new ImageSpec(
        name,
        List.of(base, program),
        new ImageSpec.Run(
            "64646:64646",
            List.of("7470/tcp"),
            List.of("LANG=C.UTF-8"),
            List.of("java", name),
            "/var"),
        Map.of("org.opencontainers.image.version", "1"),
        Instant.EPOCH);
  }

  private static JsonNode blob(Path layout, JsonNode descriptor) throws IOException {
    return JSON.readTree(content(layout, descriptor));
  }

  /** The blob, after a look at its digest and size. */
  private static byte[] content(Path layout, JsonNode descriptor) throws IOException {
    String digest = descriptor.path("digest").asText();
    byte[] bytes =
        Files.readAllBytes(layout.resolve("blobs").resolve(digest.replace("sha256:", "sha256/")));
    assertThat(digest).isEqualTo("sha256:" + Digest.of(bytes).hex());
    assertThat(descriptor.path("size").asLong()).isEqualTo(bytes.length);
    return bytes;
  }

  @Test
  void add_image_isReachableFromTheIndexWithEveryDigest() throws IOException {
    Path layout = folder.resolve("layout");

    new OciLayout(layout).add(image("coordinator"));

    assertThat(layout.resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    JsonNode index = JSON.readTree(layout.resolve("index.json").toFile());
    JsonNode manifest = blob(layout, index.path("manifests").get(0));
    JsonNode config = blob(layout, manifest.path("config"));
    assertThat(manifest.path("layers")).hasSize(2);
    assertThat(config.path("config").path("Entrypoint").toString())
        .isEqualTo("[\"java\",\"coordinator\"]");
    assertThat(config.path("config").path("User").asText()).isEqualTo("64646:64646");
    assertThat(config.path("config").path("ExposedPorts").has("7470/tcp")).isTrue();
    assertThat(config.path("created").asText()).isEqualTo("1970-01-01T00:00:00Z");
    for (int i = 0; i < 2; i++) {
      byte[] packed = content(layout, manifest.path("layers").get(i));
      byte[] tar = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
      assertThat(config.path("rootfs").path("diff_ids").get(i).asText())
          .isEqualTo("sha256:" + Digest.of(tar).hex());
    }
  }

  @Test
  void add_secondImage_sharesTheLayers() throws IOException {
    Path layout = folder.resolve("layout");

    new OciLayout(layout).add(image("coordinator"));
    new OciLayout(layout).add(image("worker"));
    new OciLayout(layout).add(image("worker"));

    assertThat(JSON.readTree(layout.resolve("index.json").toFile()).path("manifests")).hasSize(2);
    try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
      assertThat(blobs).hasSize(2 + 2 * 2);
    }
  }

  @Test
  void add_sameImageElsewhere_givesTheSameBytes() throws IOException {
    new OciLayout(folder.resolve("one")).add(image("worker"));
    new OciLayout(folder.resolve("other")).add(image("worker"));

    assertThat(digests(folder.resolve("one"))).isEqualTo(digests(folder.resolve("other")));
  }

  private static Map<String, String> digests(Path layout) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(layout)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        digests.put(layout.relativize(file).toString(), Digest.ofText(content).hex());
      }
    }
    return digests;
  }
}
