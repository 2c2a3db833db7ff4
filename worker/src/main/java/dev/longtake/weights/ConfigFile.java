package dev.longtake.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A component's {@code config.json}: typed values, defaults for absent keys, unknown keys ignored
 * (published files carry many). A value of another type is refused with the key's name.
 */
public final class ConfigFile {

  private static final long BYTES_MAX = 4L << 20;

  private final Path path;
  private final JsonNode root;

  private ConfigFile(Path path, JsonNode root) {
    this.path = path;
    this.root = root;
  }

  /**
   * Reads a file of at most 4 MiB.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if it is missing or not a JSON object
   */
  public static ConfigFile read(Path path) {
    return new ConfigFile(path, JsonFile.read(path, BYTES_MAX));
  }

  /** The object under a key, read by the same rules; an absent one has no keys. */
  public ConfigFile section(String key) {
    JsonNode node = root.path(key);
    if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
      throw unexpected(key, "an object", node);
    }
    return new ConfigFile(path, node);
  }

  /** Whether the key is there and not null. */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  /** The names of all keys. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    root.fieldNames().forEachRemaining(keys::add);
    return List.copyOf(keys);
  }

  /** The names of the keys that say something: not null, false, zero or empty; parts aside. */
  public List<String> settings() {
    return keys().stream().filter(key -> says(root.get(key))).toList();
  }

  private static boolean says(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.doubleValue() != 0;
      case STRING -> !value.textValue().isEmpty();
      case ARRAY, OBJECT -> !value.isEmpty() && !isPart(value);
      case NULL, MISSING, BINARY, POJO -> false;
    };
  }

  /** As {@code ["diffusers", "AutoencoderKLWan"]}, or two nulls for one that is not there. */
  private static boolean isPart(JsonNode value) {
    if (!value.isArray() || value.size() != 2) {
      return false;
    }
    JsonNode library = value.get(0);
    JsonNode name = value.get(1);
    return (library.isTextual() && name.isTextual()) || (library.isNull() && name.isNull());
  }

  /** A whole number that must be there. */
  public int integer(String key) {
    return value(key, "a whole number", ConfigFile::isWhole, JsonNode::intValue);
  }

  /** A whole number, or the default. */
  public int integer(String key, int absent) {
    return has(key) ? integer(key) : absent;
  }

  /** A number that must be there. */
  public double number(String key) {
    return value(key, "a number", JsonNode::isNumber, JsonNode::doubleValue);
  }

  /** A number, or the default. */
  public double number(String key, double absent) {
    return has(key) ? number(key) : absent;
  }

  /** Any value, as compact JSON; empty if the key is absent. */
  public Optional<String> json(String key) {
    JsonNode node = root.path(key);
    return node.isMissingNode() ? Optional.empty() : Optional.of(node.toString());
  }

  /** A truth value, or the default. */
  public boolean flag(String key, boolean absent) {
    return has(key)
        ? value(key, "true or false", JsonNode::isBoolean, JsonNode::booleanValue)
        : absent;
  }

  /** A text that must be there. */
  public String text(String key) {
    return value(key, "a text", JsonNode::isTextual, JsonNode::textValue);
  }

  /** A text, or the default. */
  public String text(String key, String absent) {
    return has(key) ? text(key) : absent;
  }

  /** A list of whole numbers that must be there. */
  public List<Integer> integers(String key) {
    return list(key, "a list of whole numbers", ConfigFile::isWhole, JsonNode::intValue);
  }

  /** A list of numbers that must be there. */
  public List<Float> floats(String key) {
    return list(key, "a list of numbers", JsonNode::isNumber, JsonNode::floatValue);
  }

  /** A list of truth values that must be there. */
  public List<Boolean> flags(String key) {
    return list(key, "a list of true and false", JsonNode::isBoolean, JsonNode::booleanValue);
  }

  private <T> List<T> list(
      String key, String expected, Predicate<JsonNode> fits, Function<JsonNode, T> read) {
    JsonNode node = root.path(key);
    if (!node.isArray()) {
      throw unexpected(key, expected, node);
    }
    List<T> values = new ArrayList<>();
    for (JsonNode element : node) {
      if (!fits.test(element)) {
        throw unexpected(key, expected, element);
      }
      values.add(read.apply(element));
    }
    return List.copyOf(values);
  }

  private <T> T value(
      String key, String expected, Predicate<JsonNode> fits, Function<JsonNode, T> read) {
    JsonNode node = root.path(key);
    if (!fits.test(node)) {
      throw unexpected(key, expected, node);
    }
    return read.apply(node);
  }

  private static boolean isWhole(JsonNode node) {
    return node.canConvertToExactIntegral() && node.canConvertToInt();
  }

  private LongtakeException unexpected(String key, String expected, JsonNode found) {
    String text = found.isMissingNode() ? "nothing" : found.toString();
    return invalid(
        "%s: expected %s, found %s"
            .formatted(key, expected, text.length() > 80 ? text.substring(0, 80) + "..." : text));
  }

  /** A {@code MODEL_INVALID} failure about this file, for rules of the caller's own. */
  public LongtakeException invalid(String fault) {
    return new LongtakeException(ErrorCode.MODEL_INVALID, path + ": " + fault);
  }
}
