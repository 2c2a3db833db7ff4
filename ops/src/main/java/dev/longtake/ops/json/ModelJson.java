package dev.longtake.ops.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.longtake.model.MemoryNeed;
import dev.longtake.model.ModelReport;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a checkpoint's folder is: {@code model.schema.json}. */
public record ModelJson(
    String folder,
    String kind,
    boolean runs,
    List<String> problems,
    List<String> notes,
    List<Part> parts,
    @Nullable String modelSha256,
    @JsonUnwrapped @Nullable Memory memory) {

  /** A part with weights. */
  public record Part(
      String name,
      @JsonProperty("class") String className,
      int tensorCount,
      long parameterCount,
      long storedBytes,
      SortedMap<String, Integer> tensorsByType) {

    private static Part of(ModelReport.Part part) {
      return new Part(
          part.name(),
          part.className(),
          part.tensorCount(),
          part.parameterCount(),
          part.storedBytes(),
          new TreeMap<>(part.tensorsByType()));
    }
  }

  /** What a worker needs, and what this machine has; its fields stand beside the others. */
  public record Memory(
      long transformerBytes,
      long vaeBytes,
      long promptBytes,
      long stepBytes,
      long textBytes,
      long encodeBytes,
      long decodeBytes,
      long processBytes,
      long peakBytes,
      long machineBytes,
      boolean fits) {

    private static Memory of(MemoryNeed need, long machineBytes) {
      return new Memory(
          need.transformerBytes(),
          need.vaeBytes(),
          need.promptBytes(),
          need.stepBytes(),
          need.textBytes(),
          need.encodeBytes(),
          need.decodeBytes(),
          need.processBytes(),
          need.peakBytes(),
          machineBytes,
          need.peakBytes() <= machineBytes);
    }
  }

  /** The line of a report. */
  public static ModelJson of(ModelReport report, long machineBytes) {
    return new ModelJson(
        report.folder().toString(),
        report.kind(),
        report.problems().isEmpty(),
        report.problems(),
        report.notes(),
        report.parts().stream().map(Part::of).toList(),
        report.card().map(card -> card.identity().digest().hex()).orElse(null),
        report.need().map(need -> Memory.of(need, machineBytes)).orElse(null));
  }
}
