package dev.longtake.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.weights.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A checkpoint folder as somebody hands it in: the golden VACE checkpoint with something else. */
final class HandedIn {

  static final String TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors";
  static final String VAE = "vae/diffusion_pytorch_model.safetensors";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;

  private HandedIn(Path root) {
    this.root = root;
  }

  /** A sound one; its text encoder is in two shards. */
  static HandedIn sound(Path root) throws IOException {
    copy(Golden.resource("wan/tiny-wan-t2v"), root);
    try (Stream<Path> files = Files.list(root.resolve("transformer"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    copy(Golden.resource("wan/tiny-wan-vace"), root);
    return new HandedIn(root)
        .json("model_index.json", index -> index.withArray("transformer").removeAll())
        .json(
            "model_index.json",
            index ->
                index.withArray("transformer").add("diffusers").add("WanVACETransformer3DModel"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        if (!Files.exists(target)) {
          Files.copy(file, target);
        }
      }
    }
  }

  /** A value as it is written in JSON. */
  static JsonNode value(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  Path root() {
    return root;
  }

  Path path(String name) {
    return root.resolve(name);
  }

  /** Changes a JSON file. */
  HandedIn json(String name, Consumer<ObjectNode> change) throws IOException {
    ObjectNode node = (ObjectNode) JSON.readTree(path(name).toFile());
    change.accept(node);
    JSON.writeValue(path(name).toFile(), node);
    return this;
  }

  HandedIn write(String name, byte[] content) throws IOException {
    Files.createDirectories(path(name).getParent());
    Files.write(path(name), content);
    return this;
  }

  HandedIn write(String name, String content) throws IOException {
    return write(name, content.getBytes(UTF_8));
  }

  HandedIn move(String from, String to) throws IOException {
    Files.move(path(from), path(to));
    return this;
  }

  /** Fills all tensors of a safetensors file with a value of 32 bits, as its bits are. */
  HandedIn filled(String name, int bits) throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(path(name))).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = Long.BYTES + (int) file.getLong(0); at + 4 <= file.capacity(); at += 4) {
      file.putInt(at, bits);
    }
    return write(name, file.array());
  }

  /** Changes the header of a safetensors file: tensor name to dtype, shape and offsets. */
  HandedIn header(String name, Consumer<ObjectNode> change) throws IOException {
    byte[] bytes = Files.readAllBytes(path(name));
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    ObjectNode header = (ObjectNode) JSON.readTree(new String(bytes, 8, length, UTF_8));
    change.accept(header);
    byte[] text = JSON.writeValueAsBytes(header);
    int dataBytes = bytes.length - 8 - length;
    ByteBuffer file =
        ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text).put(bytes, 8 + length, dataBytes);
    return write(name, file.array());
  }

  /** Adds tensors of one float each, under these names. */
  HandedIn withTensors(String name, List<String> names) throws IOException {
    header(
        name,
        header -> {
          long end = 0;
          for (JsonNode entry : header) {
            end = Math.max(end, entry.path("data_offsets").path(1).asLong());
          }
          for (String tensor : names) {
            ObjectNode entry = header.putObject(tensor);
            entry.put("dtype", "F32").putArray("shape").add(1);
            entry.putArray("data_offsets").add(end).add(end + 4);
            end += 4;
          }
        });
    byte[] bytes = Files.readAllBytes(path(name));
    return write(name, ByteBuffer.allocate(bytes.length + 4 * names.size()).put(bytes).array());
  }
}
