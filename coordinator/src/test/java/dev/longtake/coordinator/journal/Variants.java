package dev.longtake.coordinator.journal;

import dev.longtake.digest.Digest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Values that differ from a given one in a single place, however deep in its records, lists and
 * optionals: every other word of an enum, another number, text or digest, an entry more, nothing
 * instead of something. Those that a record's constructor rejects are left out.
 */
final class Variants {

  private Variants() {}

  /**
   * A value, and where it differs.
   *
   * @param path parts from the outermost record to the innermost, as {@code StoryPlanned.model,
   *     ModelCard.digest}
   * @param value the whole value
   */
  record Variant(List<String> path, Object value) {}

  static List<Variant> of(Object value) {
    return switch (value) {
      case Digest digest -> leaves(Digest.ofText("another " + digest));
      case Record record -> ofRecord(record);
      case List<?> list -> ofList(list);
      case Optional<?> optional -> optional.map(Variants::ofPresent).orElse(List.of());
      case OptionalInt number ->
          leaves(number.isPresent() ? OptionalInt.empty() : OptionalInt.of(5));
      case OptionalDouble number ->
          leaves(number.isPresent() ? OptionalDouble.empty() : OptionalDouble.of(1.25));
      case Enum<?> word -> leaves((Object[]) word.getDeclaringClass().getEnumConstants());
      case Integer number -> leaves(number + 1, number - 1, number * 2, 0);
      case Long number -> leaves(number + 1, number - 1);
      case Double number -> leaves(number + 0.125, number / 2);
      case Boolean is -> leaves(!is);
      case String text -> leaves(text + "x", "");
      case Instant time -> leaves(time.plusNanos(1), time.minusSeconds(1L << 33));
      default -> throw new IllegalStateException("teach this test about " + value.getClass());
    };
  }

  private static List<Variant> leaves(Object... others) {
    return Stream.of(others).map(other -> new Variant(List.of(), other)).toList();
  }

  private static List<Variant> ofPresent(Object value) {
    List<Variant> variants = new ArrayList<>(leaves(Optional.empty()));
    of(value).forEach(it -> variants.add(new Variant(it.path(), Optional.of(it.value()))));
    return variants;
  }

  private static List<Variant> ofList(List<?> list) {
    List<Variant> variants = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      List<Object> shorter = new ArrayList<>(list);
      shorter.remove(i);
      variants.add(new Variant(List.of(), shorter));
      for (Variant inner : of(list.get(i))) {
        List<Object> changed = new ArrayList<>(list);
        changed.set(i, inner.value());
        variants.add(new Variant(inner.path(), changed));
      }
    }
    return variants;
  }

  private static List<Variant> ofRecord(Record record) {
    RecordComponent[] parts = record.getClass().getRecordComponents();
    Object[] values = Arrays.stream(parts).map(part -> value(part, record)).toArray();
    List<Variant> variants = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      for (Variant inner : of(values[i])) {
        Object[] changed = values.clone();
        changed[i] = inner.value();
        List<String> path = new ArrayList<>(List.of(name(parts[i])));
        path.addAll(inner.path());
        make(record.getClass(), parts, changed)
            .filter(it -> !it.equals(record))
            .ifPresent(it -> variants.add(new Variant(path, it)));
      }
    }
    return variants;
  }

  /** As {@code ModelCard.digest}. */
  static String name(RecordComponent part) {
    return part.getDeclaringRecord().getSimpleName() + "." + part.getName();
  }

  static Object value(RecordComponent part, Record record) {
    try {
      part.getAccessor().setAccessible(true);
      return part.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(part + " of " + record, e);
    }
  }

  private static Optional<Object> make(Class<?> type, RecordComponent[] parts, Object[] values) {
    try {
      var constructor =
          type.getDeclaredConstructor(
              Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(values));
    } catch (InvocationTargetException e) {
      return Optional.empty(); // The record does not allow it.
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }
}
