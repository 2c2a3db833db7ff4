package dev.longtake.ops.fuzz;

import dev.longtake.checkpoint.ModelFolder;
import dev.longtake.error.ErrorCode;
import dev.longtake.text.PromptTokenizer;
import dev.longtake.weights.SafetensorsFile;
import dev.longtake.weights.SafetensorsFolder;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A checkpoint from the internet. */
final class ModelTargets {

  private static final Set<ErrorCode> REFUSALS = Set.of(ErrorCode.MODEL_INVALID);
  private static final long ALLOCATION_MAX = 64L << 20;
  private static final String TOYBOX = "worker/model/toybox/";
  private static final long ELEMENTS_READ_MAX = 1000;

  private static final Change JSON =
      ByteChange.with(
          "{}",
          "[]",
          "1.5",
          "\"F32\"",
          "\"BF16\"",
          "\"F64\"",
          "\"dtype\"",
          "\"shape\"",
          "\"data_offsets\"",
          "\"__metadata__\"",
          "\"weight_map\"",
          "\"model-00001.safetensors\"",
          "[0,0]",
          "9223372036854775807",
          "[4294967296,4294967296]",
          "\"type\"",
          "\"vocab\"",
          "\"_class_name\"",
          "1e308",
          "-1e-400",
          "\"a\":");

  private ModelTargets() {}

  static List<FuzzTarget> in(Path root) {
    return Stream.concat(
            Stream.of(safetensors(root), index(root), tokenizer(root), pieces(root)),
            Stream.of(
                    "longtake.json",
                    "model_index.json",
                    "scheduler/scheduler_config.json",
                    "text_encoder/config.json",
                    "transformer/config.json",
                    "vae/config.json")
                .map(file -> settings(root, file)))
        .toList();
  }

  private static FuzzTarget target(
      String name, FuzzTarget.Reader reader, Change change, Supplier<List<byte[]>> seeds) {
    return new FuzzTarget(name, reader, REFUSALS, ALLOCATION_MAX, change, seeds);
  }

  private static FuzzTarget safetensors(Path root) {
    Path file = Inputs.folder(root.resolve("safetensors")).resolve("model.safetensors");
    return target(
        "safetensors",
        input -> {
          Inputs.write(file, input);
          try (SafetensorsFile opened = SafetensorsFile.open(file);
              Arena arena = Arena.ofConfined()) {
            for (String name : opened.names()) {
              long count = opened.shape(name).elementCount();
              if (opened.unusableType(name).isEmpty()) {
                long read = Math.min(count, ELEMENTS_READ_MAX);
                opened.readF32(name, count - read, arena.allocate(read * Float.BYTES, Float.BYTES));
              }
            }
          }
        },
        JSON,
        () ->
            List.of(
                safetensors(
                    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                        + "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[16,22]},"
                        + "\"__metadata__\":{\"format\":\"pt\"}}",
                    22),
                safetensors("{}", 0)));
  }

  private static byte[] safetensors(String header, int dataBytes) {
    byte[] text = Inputs.text(header);
    return ByteBuffer.allocate(Long.BYTES + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  private static FuzzTarget index(Path root) {
    Path folder = Inputs.folder(root.resolve("safetensors-index"));
    String shard = "model-00001-of-00001.safetensors";
    Inputs.write(
        folder.resolve(shard),
        safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8));
    return target(
        "safetensors-index",
        input -> {
          Inputs.write(folder.resolve("model.safetensors.index.json"), input);
          SafetensorsFolder.open(folder, "model").close();
        },
        JSON,
        () ->
            List.of(
                Inputs.text(
                    "{\"metadata\":{\"total_size\":8},\"weight_map\":{\"a\":\"%s\"}}"
                        .formatted(shard))));
  }

  /**
   * Its own reader is a native library, which is asked only for what the Java side lets through.
   */
  private static FuzzTarget tokenizer(Path root) {
    Path folder = Inputs.folder(root.resolve("tokenizer-json"));
    return target(
        "tokenizer-json",
        input -> {
          Inputs.write(folder.resolve("tokenizer.json"), input);
          var _ = PromptTokenizer.words(folder);
          try (PromptTokenizer opened = PromptTokenizer.open(folder, 16)) {
            var _ = opened.read("a red fox walks past the toybox");
          }
        },
        JSON,
        () -> List.of(Inputs.file(TOYBOX + "tokenizer/tokenizer.json")));
  }

  private static FuzzTarget pieces(Path root) {
    Path folder = Inputs.folder(root.resolve("sentencepiece"));
    return target(
        "sentencepiece",
        input -> {
          Inputs.write(folder.resolve("spiece.model"), input);
          try (PromptTokenizer opened = PromptTokenizer.open(folder, 16)) {
            var _ = opened.read("a red fox, \ud83e\udd8a");
          }
        },
        ByteChange.with("\u2581a", "\u2581", "\n\u0003\n\u0001a", "<unk>", "</s>", "<0x00>"),
        () -> List.of(pieces("<pad>", "</s>", "<unk>", "\u2581", "a", "\u2581red", "fox")));
  }

  /** A protocol buffer of pieces, each with a score, a normalizer and its map of characters. */
  private static byte[] pieces(String... texts) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < texts.length; i++) {
      byte[] text = Inputs.text(texts[i]);
      int kind = texts[i].equals("<unk>") ? 2 : texts[i].startsWith("<") ? 3 : 1;
      ByteBuffer piece = ByteBuffer.allocate(text.length + 9).order(ByteOrder.LITTLE_ENDIAN);
      piece.put((byte) 0x0a).put((byte) text.length).put(text);
      piece.put((byte) 0x15).putFloat(-i).put((byte) 0x18).put((byte) kind);
      out.write(0x0a);
      out.write(piece.capacity());
      out.writeBytes(piece.array());
    }
    out.writeBytes(new byte[] {0x12, 5, 0x18, 1, (byte) 0x98, 2, 1});
    ByteBuffer map = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    map.put((byte) 0x1a).put((byte) 20).put((byte) 0x12).put((byte) 14).putInt(8).putLong(0);
    map.put((byte) 'a').put((byte) 0).put((byte) 0x18).put((byte) 1).put((byte) 0x20).put((byte) 1);
    out.write(map.array(), 0, 22);
    return out.toByteArray();
  }

  /** One of the files that say what the model is; all others are right. */
  private static FuzzTarget settings(Path root, String file) {
    String name = file.replaceAll("[^a-z]", "-");
    Path folder = Inputs.folder(root.resolve(name));
    for (String other :
        List.of(
            "longtake.json",
            "model_index.json",
            "scheduler/scheduler_config.json",
            "text_encoder/config.json",
            "transformer/config.json",
            "vae/config.json",
            "tokenizer/tokenizer.json")) {
      Path copy = folder.resolve(other);
      Inputs.folder(copy.resolveSibling(""));
      Inputs.write(copy, Inputs.file(TOYBOX + other));
    }
    return target(
        name,
        input -> {
          Inputs.write(folder.resolve(file), input);
          try (ModelFolder model = ModelFolder.read(folder)) {
            var _ = model.problems();
          }
        },
        JSON,
        () -> List.of(Inputs.file(TOYBOX + file)));
  }
}
