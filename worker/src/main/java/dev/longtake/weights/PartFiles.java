package dev.longtake.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which file of a component's folder holds its tensors, or lists the files that do: {@code
 * STEM.safetensors} or {@code STEM.safetensors.index.json}, where diffusers writes the stem {@code
 * diffusion_pytorch_model} and transformers {@code model}. Either may carry the name of a variant
 * ({@code STEM.fp16.safetensors}, {@code STEM.safetensors.index.fp16.json}), which is taken if it
 * is the only one.
 *
 * @param file to open
 * @param isIndex whether it lists shards
 */
record PartFiles(Path file, boolean isIndex) {

  private static final Pattern WHOLE =
      Pattern.compile("(model|diffusion_pytorch_model)(?:\\.([A-Za-z0-9_]+))?\\.safetensors");
  private static final Pattern INDEX =
      Pattern.compile(
          "(model|diffusion_pytorch_model)\\.safetensors\\.index(?:\\.([A-Za-z0-9_]+))?\\.json");
  private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.safetensors");
  private static final int NAMES_SHOWN = 5;
  private static final long INDEX_BYTES_MAX = 64L << 20;

  /**
   * Finds them.
   *
   * @param stem how the component's files are named in published checkpoints, for the message
   * @throws LongtakeException {@code MODEL_INVALID} if there are none, or no telling which
   */
  static PartFiles in(Path folder, String stem) {
    List<String> names = names(folder);
    List<String> indexes = matching(names, INDEX);
    List<String> wholes = matching(names, WHOLE);
    List<String> plain = new ArrayList<>(withoutVariant(indexes, INDEX));
    plain.addAll(withoutVariant(wholes, WHOLE));
    if (plain.isEmpty()) {
      plain.addAll(indexes);
      plain.addAll(wholes);
    }
    if (plain.isEmpty()) {
      throw invalid(folder, nothing(folder, names, stem));
    }
    if (plain.size() == 2 && indexes.contains(plain.getFirst())) {
      // An index may list the one file beside it.
      Path index = folder.resolve(plain.getFirst());
      if (shardNames(index).containsValue(plain.getLast())) {
        return new PartFiles(index, true);
      }
    }
    if (plain.size() > 1) {
      throw invalid(
          folder,
          "expected one set of tensors, found %s: leave the one that is meant"
              .formatted(String.join(" and ", plain)));
    }
    String found = plain.getFirst();
    return new PartFiles(folder.resolve(found), INDEX.matcher(found).matches());
  }

  /** From tensor to file name, as an index says. */
  static Map<String, String> shardNames(Path index) {
    JsonNode map = JsonFile.read(index, INDEX_BYTES_MAX).path("weight_map");
    if (!map.isObject()) {
      throw invalid(index, "expected an object weight_map from tensor to file name");
    }
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().asText("");
      if (!entry.getValue().isTextual() || !shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
        throw invalid(
            index,
            "tensor %s: expected a plain file name, found %s"
                .formatted(entry.getKey(), entry.getValue()));
      }
      shardOf.put(entry.getKey(), shard);
    }
    return shardOf;
  }

  private static List<String> matching(List<String> names, Pattern pattern) {
    return names.stream().filter(name -> pattern.matcher(name).matches()).toList();
  }

  private static List<String> withoutVariant(List<String> names, Pattern pattern) {
    return names.stream()
        .filter(
            name -> {
              Matcher matcher = pattern.matcher(name);
              return matcher.matches() && matcher.group(2) == null;
            })
        .toList();
  }

  private static String nothing(Path folder, List<String> names, String stem) {
    String expected = "expected %1$s.safetensors or %1$s.safetensors.index.json, ".formatted(stem);
    if (names.stream().anyMatch(name -> SHARD.matcher(name).matches())) {
      return expected + "found shards without the index that lists them: fetch that too";
    }
    Set<FileKind> kinds =
        names.stream()
            .filter(name -> name.matches(".*\\.(bin|pth|pt|ckpt|gguf|safetensors)"))
            .map(name -> FileKind.of(folder.resolve(name)))
            .collect(Collectors.toCollection(TreeSet::new));
    String found = names.isEmpty() ? "found no files" : "found " + shown(names);
    return kinds.isEmpty()
        ? expected + found
        : expected
            + found
            + "; "
            + kinds.stream().map(FileKind::sentence).collect(Collectors.joining("; "));
  }

  private static String shown(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
    int more = names.size() - NAMES_SHOWN;
    return more > 0 ? first + " and %d more".formatted(more) : first;
  }

  private static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw invalid(folder, "expected a folder with config.json and tensors, found none");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(".") && !name.equals("config.json"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static LongtakeException invalid(Path folder, String fault) {
    return new LongtakeException(ErrorCode.MODEL_INVALID, folder + ": " + fault);
  }
}
