package dev.longtake.story.yaml;

import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Keys and values of one mapping.
 *
 * @param what it is, for messages
 */
record YamlMap(YamlNodes nodes, MappingNode node, String what, Map<String, Node> values) {

  /** The key's value, if the key is there. */
  Optional<Node> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** The key's value; a problem if the key is not there. */
  Optional<Node> required(String key, String example) {
    Optional<Node> value = get(key);
    if (value.isEmpty()) {
      nodes.problem(node, "%s: expected %s: %s, found no such key".formatted(what, key, example));
    }
    return value;
  }
}
