package dev.longtake.testing;

import dev.longtake.digest.Digest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Records that differ from a given one in a single component, however deep. A component of a type
 * that nobody taught it fails, so that a test over all flips stays one.
 */
public final class RecordFlips {

  /**
   * One changed record.
   *
   * @param path of the component, e.g. {@code shots[].prompt}
   */
  public record Flip<T>(String path, T changed) {}

  private final Set<String> paths = new TreeSet<>();

  private RecordFlips() {}

  /**
   * Every flip that the records' constructors accept; at least one of each component.
   *
   * @throws AssertionError if a component has none: give the record a value there that can change
   */
  public static <T extends Record> List<Flip<T>> of(T record) {
    RecordFlips flips = new RecordFlips();
    List<Flip<T>> all = new ArrayList<>();
    for (Flip<Object> flip : flips.ofValue("", record)) {
      @SuppressWarnings("unchecked") // a flip of a record is one of its class
      T changed = (T) flip.changed();
      all.add(new Flip<>(flip.path(), changed));
    }
    Set<String> missing = new TreeSet<>(flips.paths);
    all.forEach(flip -> missing.remove(flip.path()));
    if (!missing.isEmpty()) {
      throw new AssertionError("expected a flip of each component, found none of " + missing);
    }
    return all;
  }

  private List<Flip<Object>> ofValue(String path, Object value) {
    return switch (value) {
      case Digest digest -> leaf(path, Digest.ofText(digest.hex()));
      case Record record -> ofRecord(path, record);
      case List<?> list -> ofList(path, list);
      case String text -> leaf(path, text + "x", text.isEmpty() ? "x" : "");
      case Integer number -> leaf(path, number + 1, number - 1, number * 2);
      case Long number -> leaf(path, number + 1);
      case Double number -> leaf(path, number + 0.125, number - 0.125);
      case Boolean truth -> leaf(path, !truth);
      case Enum<?> word -> ofEnum(path, word);
      case OptionalInt number -> leaf(path, OptionalInt.of(number.orElse(1) + 1));
      case OptionalDouble number -> leaf(path, OptionalDouble.of(number.orElse(1) / 2));
      case Optional<?> maybe -> ofOptional(path, maybe);
      default ->
          throw new AssertionError(
              "%s: expected a type that can be flipped, found %s"
                  .formatted(path, value.getClass()));
    };
  }

  private List<Flip<Object>> ofOptional(String path, Optional<?> maybe) {
    if (maybe.isEmpty()) {
      throw new AssertionError(path + ": expected a value, found none");
    }
    List<Flip<Object>> flips = new ArrayList<>(leaf(path, Optional.empty()));
    for (Flip<Object> flip : ofValue(path, maybe.get())) {
      flips.add(new Flip<>(flip.path(), Optional.of(flip.changed())));
    }
    return flips;
  }

  private List<Flip<Object>> leaf(String path, Object... changed) {
    paths.add(path);
    return Arrays.stream(changed).distinct().map(it -> new Flip<>(path, it)).toList();
  }

  private List<Flip<Object>> ofEnum(String path, Enum<?> word) {
    return leaf(
        path,
        Arrays.stream(word.getDeclaringClass().getEnumConstants())
            .filter(other -> other != word)
            .toArray());
  }

  private List<Flip<Object>> ofList(String path, List<?> list) {
    List<Flip<Object>> flips = new ArrayList<>();
    if (list.isEmpty()) {
      throw new AssertionError(path + ": expected a list with entries, found an empty one");
    }
    flips.addAll(leaf(path, list.subList(1, list.size())));
    List<?> reversed = new ArrayList<>(list).reversed();
    if (!reversed.equals(list)) {
      flips.addAll(leaf(path, reversed));
    }
    for (int i = 0; i < list.size(); i++) {
      int at = i;
      for (Flip<Object> flip : ofValue(path + "[]", list.get(i))) {
        List<Object> changed = new ArrayList<>(list);
        changed.set(at, flip.changed());
        flips.add(new Flip<>(flip.path(), Collections.unmodifiableList(changed)));
      }
    }
    return flips;
  }

  private List<Flip<Object>> ofRecord(String path, Record record) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    List<Flip<Object>> flips = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      int at = i;
      Object value = component(record, components[i]);
      String name = path.isEmpty() ? components[i].getName() : path + "." + components[i].getName();
      for (Flip<Object> flip : ofValue(name, value)) {
        make(
                record,
                components,
                each -> each == at ? flip.changed() : component(record, components[each]))
            .ifPresent(changed -> flips.add(new Flip<>(flip.path(), changed)));
      }
    }
    return flips;
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(component + " cannot be read", e);
    }
  }

  /** The record of these components; empty if its constructor refuses them. */
  private static Optional<Object> make(
      Record like, RecordComponent[] components, Function<Integer, Object> values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
    Object[] arguments = new Object[components.length];
    Arrays.setAll(arguments, values::apply);
    try {
      var constructor = like.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(arguments));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return Optional.empty();
      }
      throw new AssertionError(like.getClass() + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(like.getClass() + " cannot be made", e);
    }
  }
}
