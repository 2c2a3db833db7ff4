package dev.longtake.weights;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares what a checkpoint holds with what a model needs, before anything is loaded. */
public final class WeightCheck {

  private static final int FAULTS_SHOWN = 20;

  private WeightCheck() {}

  /**
   * Requires every expected tensor to be there, with the expected shape and a usable dtype. Further
   * tensors are no fault.
   *
   * @param component what is loaded, for the message
   * @throws LongtakeException {@code MODEL_INVALID} with all faults, one a line, at most 20 of them
   */
  public static void require(
      WeightSource source, String component, Map<String, Shape> expectedShapes) {
    List<String> faults = faults(source, expectedShapes);
    if (!faults.isEmpty()) {
      throw new LongtakeException(ErrorCode.MODEL_INVALID, message(component, faults));
    }
  }

  /** What {@link #require} would complain of, all of it, one sentence a tensor. */
  public static List<String> faults(WeightSource source, Map<String, Shape> expectedShapes) {
    List<String> faults = new ArrayList<>();
    expectedShapes.forEach(
        (name, expected) -> {
          if (!source.names().contains(name)) {
            faults.add("tensor %s: expected shape %s, found none".formatted(name, expected));
          } else if (!source.shape(name).equals(expected)) {
            faults.add(
                "tensor %s: expected shape %s, found %s"
                    .formatted(name, expected, source.shape(name)));
          } else {
            addDtypeFault(source, name, faults);
          }
        });
    return faults;
  }

  /** As {@link #faults}, for tensors of which only the number of elements is certain. */
  public static List<String> countFaults(WeightSource source, Map<String, Integer> expectedCounts) {
    List<String> faults = new ArrayList<>();
    expectedCounts.forEach(
        (name, expected) -> {
          if (!source.names().contains(name)) {
            faults.add("tensor %s: expected %d elements, found none".formatted(name, expected));
          } else if (source.shape(name).elementCount() != expected) {
            faults.add(
                "tensor %s: expected %d elements, found shape %s"
                    .formatted(name, expected, source.shape(name)));
          } else {
            addDtypeFault(source, name, faults);
          }
        });
    return faults;
  }

  private static void addDtypeFault(WeightSource source, String name, List<String> faults) {
    try {
      source.dtype(name);
    } catch (LongtakeException e) {
      faults.add(e.getMessage());
    }
  }

  private static String message(String component, List<String> faults) {
    var message = new StringBuilder(component).append(": the checkpoint does not fit its config:");
    faults.stream().limit(FAULTS_SHOWN).forEach(fault -> message.append("\n  ").append(fault));
    if (faults.size() > FAULTS_SHOWN) {
      message.append("\n  and ").append(faults.size() - FAULTS_SHOWN).append(" more");
    }
    return message.toString();
  }
}
