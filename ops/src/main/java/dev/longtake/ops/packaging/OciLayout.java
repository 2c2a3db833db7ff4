package dev.longtake.ops.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/**
 * A folder of container images that any container program takes ({@code podman pull oci:DIR:NAME}),
 * written without one. A file is named by its digest, so images share the layers that are alike,
 * and the same layers and settings give the same bytes.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md">OCI image
 *     layout 1.1</a>
 */
final class OciLayout {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "application/vnd.oci.image.";
  private static final String NAME = "org.opencontainers.image.ref.name";

  private final Path folder;

  /** One in this folder, which may have images already. */
  OciLayout(Path folder) {
    this.folder = folder;
  }

  /** Adds an image, in the place of one with its name. */
  void add(ImageSpec image) throws IOException {
    Files.createDirectories(folder.resolve("blobs/sha256"));
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("schemaVersion", 2).put("mediaType", TYPE + "manifest.v1+json");
    ObjectNode config = config(image);
    ArrayNode diffs = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    ArrayNode layers = JSON.createArrayNode();
    for (Path layer : image.layers()) {
      diffs.add("sha256:" + digest(layer));
      layers.add(compressed(layer));
    }
    manifest.set("config", blob("config.v1+json", bytes(config)));
    manifest.set("layers", layers);
    index(image.name(), blob("manifest.v1+json", bytes(manifest)));
  }

  private static ObjectNode config(ImageSpec image) {
    ObjectNode config = JSON.createObjectNode();
    config.put("created", image.created().toString());
    config.put("architecture", "amd64").put("os", "linux");
    ObjectNode running = config.putObject("config");
    running.put("User", image.user());
    image.ports().forEach(running.putObject("ExposedPorts")::putObject);
    image.environment().forEach(running.putArray("Env")::add);
    image.entrypoint().forEach(running.putArray("Entrypoint")::add);
    running.put("WorkingDir", image.folder());
    ObjectNode labels = running.putObject("Labels");
    image.labels().forEach(labels::put);
    return config;
  }

  private ObjectNode compressed(Path layer) throws IOException {
    Path unfinished = folder.resolve("blobs/unfinished");
    try (InputStream in = Files.newInputStream(layer);
        OutputStream out = new GZIPOutputStream(Files.newOutputStream(unfinished), 1 << 16)) {
      in.transferTo(out); // The header's time is 0 and names no system.
    }
    String digest = digest(unfinished);
    long size = Files.size(unfinished);
    Files.move(unfinished, blobFile(digest), StandardCopyOption.REPLACE_EXISTING);
    return descriptor("layer.v1.tar+gzip", digest, size);
  }

  private ObjectNode blob(String type, byte[] content) throws IOException {
    String digest = Digest.of(content).hex();
    Files.write(blobFile(digest), content);
    return descriptor(type, digest, content.length);
  }

  private Path blobFile(String digest) {
    return folder.resolve("blobs/sha256").resolve(digest);
  }

  private static ObjectNode descriptor(String type, String digest, long size) {
    return JSON.createObjectNode()
        .put("mediaType", TYPE + type)
        .put("digest", "sha256:" + digest)
        .put("size", size);
  }

  private void index(String name, ObjectNode manifest) throws IOException {
    Path file = folder.resolve("index.json");
    ArrayNode manifests = JSON.createArrayNode();
    if (Files.exists(file)) {
      for (JsonNode other : JSON.readTree(file.toFile()).path("manifests")) {
        if (!other.path("annotations").path(NAME).asText().equals(name)) {
          manifests.add(other);
        }
      }
    }
    manifest.putObject("annotations").put(NAME, name);
    manifests.add(manifest);
    ObjectNode index = JSON.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", TYPE + "index.v1+json");
    index.set("manifests", manifests);
    Files.write(file, bytes(index));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  private static byte[] bytes(JsonNode document) {
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Digest.of(in).hex();
    }
  }
}
