package dev.longtake.serial;

import java.io.ObjectInputFilter;
import java.util.List;
import java.util.Set;

/**
 * Refuses whatever arrives as a serialized Java object. Nothing of the farm's is written that way.
 * A member of the replicated store reads such objects from anybody who can reach its port, before
 * it asks who that is; a few bytes could take all of the heap, or run what is on the class path.
 *
 * <p>What is let in is what members tell each other about a call that failed, so that it is tried
 * again elsewhere: exceptions of Hazelcast and of Java, their traces, and what these are made of.
 */
public final class SerialFilter {

  private static final int DEPTH_MAX = 30;
  private static final int LENGTH_MAX = 2_000;
  private static final int REFERENCES_MAX = 20_000;
  private static final int BYTES_MAX = 1 << 20;

  /** Besides exceptions. */
  private static final Set<String> PARTS =
      Set.of(
          "java.lang.String",
          "java.lang.StackTraceElement",
          "java.util.ArrayList",
          "java.util.Collections$EmptyList",
          "java.util.Collections$UnmodifiableCollection",
          "java.util.Collections$UnmodifiableList",
          "java.util.Collections$UnmodifiableRandomAccessList",
          "java.util.UUID",
          "java.lang.Object");

  private static final List<String> EXCEPTIONS =
      List.of("com.hazelcast.", "java.lang.", "java.util.", "java.io.");

  private SerialFilter() {}

  /** Sets the filter for the whole process; to be called first of all, and once. */
  public static void install() {
    ObjectInputFilter.Config.setSerialFilter(SerialFilter::check);
  }

  static ObjectInputFilter.Status check(ObjectInputFilter.FilterInfo info) {
    boolean isSmall =
        info.depth() <= DEPTH_MAX
            && info.arrayLength() <= LENGTH_MAX
            && info.references() <= REFERENCES_MAX
            && info.streamBytes() <= BYTES_MAX;
    Class<?> type = info.serialClass();
    if (!isSmall || (type != null && !isLetIn(type))) {
      return ObjectInputFilter.Status.REJECTED;
    }
    return type == null ? ObjectInputFilter.Status.UNDECIDED : ObjectInputFilter.Status.ALLOWED;
  }

  private static boolean isLetIn(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    String name = element.getName();
    return PARTS.contains(name)
        || (Throwable.class.isAssignableFrom(element)
            && EXCEPTIONS.stream().anyMatch(name::startsWith));
  }
}
