package dev.longtake.coordinator.dispatch.share;

import dev.longtake.config.Form;
import dev.longtake.story.status.TenantScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What each tenant is entitled to; written {@code north weight=3 chunks=40, south weight=1}, or
 * nothing. The name {@code *} stands for everybody who is not named.
 */
public record TenantTerms(Map<String, Terms> byName) {

  /** Nothing is said of anybody: all have the same share. */
  public static final TenantTerms NONE = new TenantTerms(Map.of());

  /** How they are written. */
  public static final Form<TenantTerms> FORM =
      new Form<>(
          TenantTerms.class,
          "tenants with commas between them, each a name once and then any of weight=1 to %d, chunks=40 and gpu-time-a-day=8h, or nothing"
              .formatted(Terms.WEIGHT_MAX),
          TenantTerms::parse);

  private static final String OTHERS = "*";
  private static final Pattern SPACES = Pattern.compile("\\s+");

  public TenantTerms {
    byName = Collections.unmodifiableMap(new TreeMap<>(byName)); // Printed in order.
  }

  /** What a tenant is entitled to. */
  public Terms of(String tenant) {
    return byName.getOrDefault(tenant, byName.getOrDefault(OTHERS, Terms.USUAL));
  }

  /** The tenants that are named. */
  public List<String> names() {
    return byName.keySet().stream().filter(name -> !name.equals(OTHERS)).toList();
  }

  static Optional<TenantTerms> parse(String text) {
    Map<String, Terms> byName = new TreeMap<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      List<String> words = List.of(SPACES.split(part.strip()));
      Optional<Terms> terms = terms(words.subList(1, words.size()));
      String name = words.getFirst();
      boolean isName = name.equals(OTHERS) || isTenant(name);
      if (!isName || terms.isEmpty() || byName.put(name, terms.get()) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new TenantTerms(byName));
  }

  private static boolean isTenant(String name) {
    try {
      TenantScope.requireTenant(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<Terms> terms(List<String> words) {
    Optional<Terms> terms = Optional.of(Terms.USUAL);
    for (String word : words) {
      terms = terms.flatMap(it -> it.with(word));
    }
    return terms;
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    byName.forEach((name, terms) -> parts.add(name + " " + terms));
    return String.join(", ", parts);
  }
}
