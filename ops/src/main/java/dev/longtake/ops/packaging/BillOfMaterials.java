package dev.longtake.ops.packaging;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A CycloneDX list of what a package holds. Maven writes it from the jars' own descriptions; what
 * those leave out or say wrongly is put right here, and what is no jar is added.
 *
 * @see <a href="https://cyclonedx.org/docs/1.6/json/">CycloneDX 1.6</a>
 */
final class BillOfMaterials {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode document;

  private BillOfMaterials(ObjectNode document) {
    this.document = document;
  }

  /** Reads one, as Maven's plugin writes it. */
  static BillOfMaterials of(String json) {
    try {
      if (JSON.readTree(json) instanceof ObjectNode object
          && object.path("components") instanceof ArrayNode) {
        return new BillOfMaterials(object);
      }
    } catch (JsonProcessingException e) {
      throw broken("expected JSON, found " + e.getOriginalMessage());
    }
    throw broken("expected an object with components, found neither");
  }

  /** Puts other licences in the place of those that the description names, by group and name. */
  void correct(Map<String, String> licences) {
    for (JsonNode component : components()) {
      String corrected =
          licences.get(component.path("group").asText() + ":" + component.path("name").asText());
      if (corrected != null) {
        setLicence((ObjectNode) component, corrected);
      }
    }
  }

  /** Adds what is no jar of Maven's. */
  void add(Part part, String packageUrl) {
    ObjectNode component = components().addObject();
    component.put("type", "library").put("bom-ref", packageUrl);
    component.put("name", part.name()).put("version", part.version());
    setLicence(component, String.join(" OR ", part.licences()));
    component.put("purl", packageUrl);
  }

  /**
   * The parts that are jars, each with the name of its file, that of the program itself among them.
   */
  List<Part> jars() {
    List<JsonNode> components = new ArrayList<>();
    components.add(document.path("metadata").path("component"));
    components().forEach(components::add);
    List<Part> parts = new ArrayList<>();
    for (JsonNode component : components) {
      String url = component.path("purl").asText();
      if (url.startsWith("pkg:maven/")) {
        parts.add(
            new Part(
                component.path("name").asText(),
                component.path("version").asText(),
                fileName(component, url),
                licences(component)));
      }
    }
    return parts;
  }

  /**
   * Checks that it is complete: each jar that is packed stands in it, and has a licence.
   *
   * @param packed the names of the packed jars
   * @throws LongtakeException with every jar that is missing or has no licence
   */
  void check(Set<String> packed) {
    Set<String> wanting = new TreeSet<>();
    Set<String> known = jars().stream().map(Part::file).collect(Collectors.toSet());
    packed.stream()
        .filter(file -> !known.contains(file))
        .forEach(file -> wanting.add(file + " is not in the list"));
    jars().stream()
        .filter(part -> packed.contains(part.file()) && part.licences().isEmpty())
        .forEach(part -> wanting.add(part.file() + " names no licence"));
    if (!wanting.isEmpty()) {
      throw broken(
          "expected every jar with a licence, found that %s; add what is missing to"
                  .formatted(String.join(", ", wanting))
              + " ops/packaging/licences.properties");
    }
  }

  /** The document, ending with a line feed. */
  String json() {
    return document.toPrettyString() + "\n";
  }

  private ArrayNode components() {
    return (ArrayNode) requireNonNull(document.get("components"));
  }

  private static void setLicence(ObjectNode component, String expression) {
    component.putArray("licenses").addObject().put("expression", expression);
  }

  /** A licence is an id, a name or an expression. */
  private static List<String> licences(JsonNode component) {
    return StreamSupport.stream(component.path("licenses").spliterator(), false)
        .map(
            licence ->
                licence
                    .path("expression")
                    .asText(
                        licence
                            .path("license")
                            .path("id")
                            .asText(licence.path("license").path("name").asText())))
        .filter(words -> !words.isBlank())
        .toList();
  }

  private static String fileName(JsonNode component, String url) {
    String classifier = "";
    int from = url.indexOf("classifier=");
    if (from >= 0) {
      int end = url.indexOf('&', from);
      classifier = "-" + url.substring(from + "classifier=".length(), end < 0 ? url.length() : end);
    }
    return component.path("name").asText()
        + "-"
        + component.path("version").asText()
        + classifier
        + ".jar";
  }

  private static LongtakeException broken(String found) {
    return new LongtakeException(
        ErrorCode.REQUEST_INVALID, "list of the package's parts: " + found);
  }
}
