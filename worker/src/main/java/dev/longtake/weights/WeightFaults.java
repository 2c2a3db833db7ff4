package dev.longtake.weights;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Compares the tensors of a component with those that its config asks for, and says what is wrong:
 * one sentence a cause, with a few examples and a count, however many tensors it concerns. Where
 * the names show what the file is instead, that is the only sentence.
 *
 * <p>Nothing may be left over either: a tensor that no config explains changes what the checkpoint
 * was meant to compute (a scale that is not applied, half a LoRA), unless it is on the short list
 * of those that any encoder may carry unused.
 */
public final class WeightFaults {

  /** What a model needs of a checkpoint: shapes, or where exporters differ, counts of elements. */
  public record Expected(Map<String, Shape> shapes, Map<String, Integer> counts) {
    public Expected {
      shapes = Map.copyOf(shapes);
      counts = Map.copyOf(counts);
    }

    /** Shapes alone. */
    public static Expected of(Map<String, Shape> shapes) {
      return new Expected(shapes, Map.of());
    }

    private boolean names(String tensor) {
      return shapes.containsKey(tensor) || counts.containsKey(tensor);
    }
  }

  /** How a whole file gives itself away by its names. */
  private enum Foreign {
    LORA(
        "(^|.*[._])(lora_[AB]|lora_(down|up)|lora_magnitude_vector|hada_w\\d_[ab]|lokr_w\\d).*",
        "a LoRA that is not fused: fuse it into its model (fuse_lora, then save_pretrained)"),
    COMFY_UI(
        "(model\\.)?diffusion_model\\..*",
        "a ComfyUI file: convert it with diffusers (from_single_file, then save_pretrained)"),
    ORIGINAL(
        "blocks\\.\\d+\\.(self_attn|cross_attn)\\.[qkvo]\\..*",
        "tensors under the names of Wan's own program: take the checkpoint in the diffusers"
            + " layout");

    private final Pattern name;
    private final String sentence;

    Foreign(String name, String sentence) {
      this.name = Pattern.compile(name);
      this.sentence = sentence;
    }
  }

  /** Left-overs by their endings; the first that fits counts. */
  private enum Extra {
    LORA(
        Foreign.LORA.name.pattern(),
        "halves of a LoRA that is not fused",
        "fuse it and save again"),
    SCALE(
        "(.*\\.)?(scale_weight|scale_input|weight_scale(_inv|_2)?|input_scale|scaled_fp8"
            + "|k_scale|v_scale)",
        "scales of quantised weights, which would not be applied",
        "save the model with its scales applied, in bf16"),
    QUANTISER(
        ".*\\.(absmax|quant_map|nested_absmax|nested_quant_map|quant_state.*|SCB|weight_format"
            + "|qweight|qzeros|scales|g_idx|zero_point|comfy_quant)",
        "state of a quantiser",
        "take the checkpoint that it was quantised from"),
    IMAGE(
        ".*\\b(image_embedder|add_[kv]_proj|norm_added_k)\\..*",
        "tensors of an image-to-video model, which is not supported",
        "text-to-video and VACE are"),
    UNEXPLAINED(".*", "tensors that its config does not explain", "is it the config of this file?");

    private final Pattern name;
    private final String noun;
    private final String remedy;

    Extra(String name, String noun, String remedy) {
      this.name = Pattern.compile(name);
      this.noun = noun;
      this.remedy = remedy;
    }

    private static Extra of(String tensor) {
      for (Extra extra : values()) {
        if (extra.name.matcher(tensor).matches()) {
          return extra;
        }
      }
      return UNEXPLAINED;
    }
  }

  /**
   * May be there and is not read: the decoder of a whole T5 beside the encoder, the second name of
   * a tied embedding table, and positions that are computed.
   */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "decoder\\.(block|final_layer_norm|embed_tokens)\\..*|lm_head\\.weight|shared\\.weight"
              + "|encoder\\.embed_tokens\\.weight|rope\\.(freqs.*|inv_freq)");

  private static final int EXAMPLES = 3;

  private final WeightSource source;
  private final Expected expected;
  private final List<String> faults = new ArrayList<>();

  private WeightFaults(WeightSource source, Expected expected) {
    this.source = source;
    this.expected = expected;
  }

  /**
   * Requires a component to have all that is read of it. What is left over was asked about when the
   * folder was read ({@link #of}); a part of a network may be loaded from the tensors of a whole
   * one.
   *
   * @param component what is loaded, for the message
   * @throws LongtakeException {@code MODEL_INVALID} with all faults, one a line
   */
  public static void require(WeightSource source, String component, Expected expected) {
    var check = new WeightFaults(source, expected);
    check.lacking();
    List<String> faults = check.faults;
    if (!faults.isEmpty()) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID,
          component
              + ": the checkpoint does not fit its config:\n  "
              + String.join("\n  ", faults));
    }
  }

  /** Everything that is wrong; empty if the component can be run. */
  public static List<String> of(WeightSource source, Expected expected) {
    var check = new WeightFaults(source, expected);
    Optional<String> foreign = check.foreign();
    if (foreign.isPresent()) {
      return List.of("found " + foreign.get());
    }
    boolean isQuantised = check.lacking();
    check.leftOver(isQuantised);
    return List.copyOf(check.faults);
  }

  /** What is not there as it is needed; whether its types show a quantised file. */
  private boolean lacking() {
    missing();
    misshapen();
    return mistyped();
  }

  /** What the file is instead, if nearly nothing of what is expected is there. */
  private Optional<String> foreign() {
    List<String> found = source.names().stream().filter(expected::names).toList();
    int wanted = expected.shapes().size() + expected.counts().size();
    if (!found.isEmpty()
        && found.stream().allMatch(name -> name.startsWith("vace_"))
        && found.size() < wanted) {
      return Optional.of(
          "the VACE blocks alone, a module for another program: take the whole VACE model");
    }
    if (found.size() * 2 > wanted) {
      return Optional.empty();
    }
    for (Foreign kind : Foreign.values()) {
      if (source.names().stream().anyMatch(kind.name.asMatchPredicate())) {
        return Optional.of(kind.sentence);
      }
    }
    return Optional.empty();
  }

  private void missing() {
    List<String> missing = new ArrayList<>();
    Predicate<String> isThere = source.names()::contains;
    expected.shapes().keySet().stream().filter(isThere.negate()).forEach(missing::add);
    expected.counts().keySet().stream().filter(isThere.negate()).forEach(missing::add);
    missing.sort(null);
    if (!missing.isEmpty()) {
      String first = missing.getFirst();
      faults.add(
          "tensor %s: expected %s, found none%s".formatted(first, wanted(first), more(missing)));
    }
  }

  private String wanted(String name) {
    Shape shape = expected.shapes().get(name);
    return shape != null ? "shape " + shape : "%d elements".formatted(expected.counts().get(name));
  }

  private void misshapen() {
    List<String> misshapen = source.names().stream().filter(name -> !fits(name)).sorted().toList();
    if (!misshapen.isEmpty()) {
      String first = misshapen.getFirst();
      faults.add(
          "tensor %s: expected %s, found shape %s%s"
              .formatted(first, wanted(first), source.shape(first), more(misshapen)));
    }
  }

  private boolean fits(String name) {
    Shape shape = expected.shapes().get(name);
    Integer count = expected.counts().get(name);
    return (shape == null || shape.equals(source.shape(name)))
        && (count == null || source.shape(name).elementCount() == count);
  }

  /** Whether one of the types shows a quantised file. */
  private boolean mistyped() {
    Map<String, List<String>> byType = new TreeMap<>();
    for (String name : source.names()) {
      if (expected.names(name)) {
        source
            .unusableType(name)
            .ifPresent(type -> byType.computeIfAbsent(type, any -> new ArrayList<>()).add(name));
      }
    }
    byType.forEach(
        (type, names) -> {
          names.sort(null);
          faults.add(
              "tensor %s: expected dtype F32, F16 or BF16, found %s%s%s"
                  .formatted(
                      names.getFirst(),
                      type,
                      more(names),
                      isQuantised(type)
                          ? ": a quantised file; take the one that it was made from, or save it in"
                              + " bf16 with its scales applied"
                          : ""));
        });
    return byType.keySet().stream().anyMatch(WeightFaults::isQuantised);
  }

  private static boolean isQuantised(String type) {
    return type.startsWith("F8") || type.endsWith("8");
  }

  /** Scales are no second fault of a file that is quantised. */
  private void leftOver(boolean isQuantised) {
    Map<Extra, List<String>> byKind = new LinkedHashMap<>();
    source.names().stream()
        .filter(name -> !expected.names(name) && !HARMLESS.matcher(name).matches())
        .sorted()
        .forEach(
            name -> byKind.computeIfAbsent(Extra.of(name), kind -> new ArrayList<>()).add(name));
    if (isQuantised) {
      byKind.remove(Extra.SCALE);
      byKind.remove(Extra.QUANTISER);
    }
    byKind.forEach(
        (kind, names) ->
            faults.add(
                "expected none, found %d %s (%s): %s"
                    .formatted(names.size(), kind.noun, examples(names), kind.remedy)));
  }

  private static String examples(Collection<String> names) {
    String first = String.join(", ", names.stream().limit(EXAMPLES).toList());
    return names.size() > EXAMPLES ? first + ", ..." : first;
  }

  /** {@code ; and 12 more, such as a, b}; nothing for one. */
  private static String more(List<String> names) {
    if (names.size() == 1) {
      return "";
    }
    List<String> rest = names.subList(1, names.size());
    return "; and %d more, such as %s".formatted(rest.size(), examples(rest));
  }
}
