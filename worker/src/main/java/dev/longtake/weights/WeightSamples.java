package dev.longtake.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at a few values of every tensor, and says what cannot have been meant: values that are no
 * numbers, and files of zeros, as downloads leave them that reserved their room and were broken
 * off. A model with either renders grey or black, after all its time. It finds what concerns much
 * of a tensor, and costs a few pages of it.
 */
public final class WeightSamples {

  private static final int PLACES = 4;
  private static final int VALUES = 64;
  private static final int NAMED = 3;

  /** Smaller ones, biases for instance, may well be zero. */
  private static final long MATRIX_MIN = 1024;

  private final List<String> strange = new ArrayList<>();
  private final List<String> zero = new ArrayList<>();
  private int matrices;

  private WeightSamples() {}

  /** What is wrong: a sentence each. */
  public static List<String> faults(SafetensorsFolder source) {
    var samples = new WeightSamples();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocate(VALUES * Float.BYTES, Float.BYTES);
      for (String name : source.names()) {
        if (source.unusableType(name).isEmpty()) {
          samples.look(source, name, values);
        }
      }
    }
    return samples.sentences();
  }

  private void look(SafetensorsFolder source, String name, MemorySegment values) {
    long count = source.shape(name).elementCount();
    int taken = (int) Math.min(VALUES, count);
    boolean isZero = true;
    boolean isFinite = true;
    for (int place = 0; place < PLACES; place++) {
      source.readF32(
          name,
          (count - taken) * place / (PLACES - 1),
          values.asSlice(0, (long) taken * Float.BYTES));
      for (int i = 0; i < taken; i++) {
        float value = values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        isZero &= value == 0;
        isFinite &= Float.isFinite(value);
      }
    }
    if (!isFinite) {
      strange.add(name);
    }
    if (count >= MATRIX_MIN) {
      matrices++;
      if (isZero) {
        zero.add(name);
      }
    }
  }

  private List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    if (!strange.isEmpty()) {
      sentences.add(
          "expected numbers, found infinite values or none (NaN) in %d of its tensors: %s"
              .formatted(strange.size(), examples(strange)));
    }
    if (2 * zero.size() > matrices) {
      sentences.add(
          "expected trained weights, found nothing but zeros in %d of %d tensors: %s; a download"
                  .formatted(zero.size(), matrices, examples(zero))
              + " that was not finished looks like this");
    }
    return sentences;
  }

  private static String examples(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() > NAMED ? shown + ", ..." : shown;
  }
}
