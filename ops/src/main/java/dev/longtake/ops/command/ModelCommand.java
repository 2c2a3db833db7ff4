package dev.longtake.ops.command;

import com.sun.management.OperatingSystemMXBean;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.model.MemoryNeed;
import dev.longtake.model.ModelReport;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.Words;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.ModelJson;
import dev.longtake.ops.option.DeviceOption;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.story.FrameSize;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "model",
    description = "Prints what a checkpoint folder is, whether it can be run, and what it needs.",
    mixinStandardHelpOptions = true)
public final class ModelCommand implements Callable<Integer> {

  private static final int SIDE_MAX = 99_999;
  private static final int FRAMES_MAX = 100_000;

  @Parameters(paramLabel = "DIR", description = "The checkpoint, in the diffusers layout.")
  private Path folder;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      description = "Frames of this size, for the memory. Default: what the checkpoint likes.")
  private @Nullable String size;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description = "Frames of a shot, for the memory. Default: as many as one chunk has.")
  private @Nullable Integer frames;

  @Mixin private DeviceOption device;

  @Option(names = "--json", description = "Print it as one JSON object.")
  private boolean json;

  private final Console console;

  public ModelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (frames != null && (frames < 1 || frames > FRAMES_MAX)) {
      throw wrong("--frames: expected 1 to %d, found %d".formatted(FRAMES_MAX, frames));
    }
    ModelReport report =
        ModelReport.of(folder, frameSize(), frames, device.device().elementTypes());
    if (json) {
      console.print(JsonLine.of(ModelJson.of(report, memoryBytes())));
    } else {
      table(report);
    }
    return report.problems().isEmpty() ? ExitCode.OK : ExitCode.WRONG_USE;
  }

  private @Nullable FrameSize frameSize() {
    if (size == null) {
      return null;
    }
    return FrameSize.parse(size)
        .filter(it -> Math.max(it.width(), it.height()) <= SIDE_MAX)
        .orElseThrow(() -> wrong("--size: expected WIDTHxHEIGHT such as 832x480, found " + size));
  }

  private static LongtakeException wrong(String message) {
    return new LongtakeException(ErrorCode.CONFIGURATION_INVALID, message);
  }

  private void table(ModelReport report) {
    console.print("%s: %s".formatted(report.folder(), report.kind()));
    console.print("");
    String row = "%-13s %-28s %8s %16s %10s  %s";
    console.print(row.formatted("PART", "CLASS", "TENSORS", "PARAMETERS", "STORED", "AS"));
    for (ModelReport.Part part : report.parts()) {
      console.print(
          row.formatted(
              part.name(),
              part.className(),
              part.tensorCount(),
              String.format(Locale.ROOT, "%,d", part.parameterCount()),
              Words.bytes(part.storedBytes()),
              types(part)));
    }
    console.print("");
    report.problems().forEach(problem -> console.print("problem: " + problem));
    report.card().ifPresent(card -> sampling(card, report.notes()));
    report.card().ifPresent(card -> report.need().ifPresent(need -> memory(card, need)));
  }

  private static String types(ModelReport.Part part) {
    return new TreeMap<>(part.tensorsByType())
        .entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
  }

  private void sampling(ModelCard card, List<String> notes) {
    Sampling sampling = card.sampling();
    console.print("Sampling  " + Words.sampling(sampling));
    String negative = card.conditioning().negativePrompt();
    console.print("Negative  " + (negative.isEmpty() ? "no prompt" : negative));
    notes.forEach(note -> console.print("note: " + note));
    console.print("");
  }

  private void memory(ModelCard card, MemoryNeed need) {
    FrameSize asked = frameSize();
    console.print(
        "Memory    for %s, chunks of at most %s"
            .formatted(
                card.geometry().rendered(asked == null ? card.frames().size() : asked),
                Words.count(card.chunkPolicy().latentFrameCount(), "latent frame")));
    for (Map.Entry<String, Long> entry : parts(need).entrySet()) {
      console.print(
          "          %-24s %10s".formatted(entry.getKey(), Words.bytes(entry.getValue())));
    }
    long have = memoryBytes();
    console.print(
        "          %-24s %10s".formatted("in all, at most", Words.bytes(need.peakBytes())));
    console.print(
        "Machine   %s: %s"
            .formatted(Words.bytes(have), need.peakBytes() <= have ? "fits" : "does not fit"));
  }

  private static Map<String, Long> parts(MemoryNeed need) {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("transformer", need.transformerBytes());
    parts.put("vae", need.vaeBytes());
    parts.put("prompts and controls", need.promptBytes());
    parts.put("denoise step", need.stepBytes());
    parts.put("encoding a prompt", need.textBytes());
    parts.put("encoding references", need.encodeBytes());
    parts.put("decoding", need.decodeBytes());
    parts.put("the program", need.processBytes());
    return parts;
  }

  private static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
