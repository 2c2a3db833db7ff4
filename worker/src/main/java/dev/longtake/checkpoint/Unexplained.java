package dev.longtake.checkpoint;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.DiffusersFolder;
import dev.longtake.words.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What lies in a checkpoint's folder and means something, but not here: settings of its configs
 * that are not read, adapters beside the weights, downloads that are not finished. What would give
 * another film than the one that is meant is a problem, the rest is named.
 *
 * @param problems a sentence each
 * @param notes a sentence each
 */
record Unexplained(List<String> problems, List<String> notes) {

  private static final List<String> PIPELINES =
      List.of("WanPipeline", "WanVACEPipeline", "WanVideoToVideoPipeline");

  private static final Set<String> OF_THE_INDEX = Set.of("expand_timesteps");

  private static final Set<String> OF_THE_TRANSFORMER =
      Set.of(
          "patch_size",
          "num_attention_heads",
          "attention_head_dim",
          "in_channels",
          "out_channels",
          "text_dim",
          "freq_dim",
          "ffn_dim",
          "num_layers",
          "cross_attn_norm",
          "qk_norm",
          "eps",
          "image_dim",
          "added_kv_proj_dim",
          "rope_max_seq_len",
          "pos_embed_seq_len",
          "vace_layers",
          "vace_in_channels");

  private static final Set<String> OF_THE_VAE =
      Set.of(
          "base_dim",
          "decoder_base_dim",
          "z_dim",
          "dim_mult",
          "num_res_blocks",
          "attn_scales",
          "temperal_downsample",
          "dropout",
          "latents_mean",
          "latents_std",
          "is_residual",
          "in_channels",
          "out_channels",
          "patch_size",
          "scale_factor_spatial",
          "scale_factor_temporal",
          "clip_output");

  private static final Set<String> OF_LONGTAKE =
      Set.of(
          "name",
          "version",
          "width",
          "height",
          "fps",
          "stepCount",
          "guidanceScale",
          "shift",
          "solver",
          "chunk",
          "segment",
          "referenceMax",
          "negativePrompt",
          "sharedNoise",
          "textTokenCount");

  private static final Map<String, Set<String>> OF_ITS_SECTIONS =
      Map.of(
          "chunk", Set.of("latentFrameCount", "overlap"),
          "segment", Set.of("latentFrameCount", "halo"));

  /** Settings with which the weights give another film, by what they mean. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "quantization_config",
          "a quantised checkpoint: take the one that it was made from, or save it in bf16",
          "guidance_embeds",
          "a model that takes its guidance as a number, which is not supported",
          "boundary_ratio",
          "a film that two transformers share (Wan 2.2), which is not supported");

  private static final List<String> ADAPTERS =
      List.of(
          "adapter_config.json", "adapter_model.safetensors", "pytorch_lora_weights.safetensors");

  private static final List<String> UNFINISHED =
      List.of(".aria2", ".incomplete", ".crdownload", ".part", ".partial");

  Unexplained {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /** Looks at every file that a render opens, and at what lies beside. */
  static Unexplained of(DiffusersFolder folder, List<String> parts) {
    List<String> problems = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    pipeline(folder).ifPresent(problems::add);
    settings("model_index.json", folder.index(), OF_THE_INDEX, problems, notes);
    part(folder, "transformer", OF_THE_TRANSFORMER, problems, notes);
    part(folder, "vae", OF_THE_VAE, problems, notes);
    part(folder, "text_encoder", Set.of(), problems, new ArrayList<>());
    folder.longtake().ifPresent(own -> longtake(own, problems));
    beside(folder.root(), "", problems, notes);
    parts.forEach(it -> beside(folder.root().resolve(it), it + "/", problems, notes));
    return new Unexplained(problems, notes);
  }

  private static Optional<String> pipeline(DiffusersFolder folder) {
    String found = folder.pipelineClass();
    return found.isEmpty() || PIPELINES.contains(found)
        ? Optional.empty()
        : Optional.of(
            "model_index.json: _class_name: expected %s, found %s"
                .formatted(String.join(" or ", PIPELINES), found));
  }

  private static void part(
      DiffusersFolder folder,
      String part,
      Set<String> known,
      List<String> problems,
      List<String> notes) {
    if (folder.has(part) && Files.exists(folder.path(part).resolve("config.json"))) {
      settings(part + "/config.json", folder, part, known, problems, notes);
    }
  }

  /** A config that cannot be read is a problem of its own. */
  private static void settings(
      String file,
      DiffusersFolder folder,
      String part,
      Set<String> known,
      List<String> problems,
      List<String> notes) {
    try {
      settings(file, folder.config(part), known, problems, notes);
    } catch (LongtakeException e) {
      if (e.code() != ErrorCode.MODEL_INVALID) {
        throw e;
      }
    }
  }

  private static void settings(
      String file,
      ConfigFile config,
      Set<String> known,
      List<String> problems,
      List<String> notes) {
    List<String> unknown = new ArrayList<>();
    for (String key : config.settings()) {
      if (REFUSED.containsKey(key)) {
        problems.add("%s: %s: expected none, found %s".formatted(file, key, REFUSED.get(key)));
      } else if (!key.startsWith("_") && !known.contains(key)) {
        unknown.add(key);
      }
    }
    if (!unknown.isEmpty()) {
      notes.add(
          "%s: not known here, and of no effect: %s".formatted(file, Suggestion.listing(unknown)));
    }
  }

  /** People write it by hand: what is misspelt would be left at its default, in silence. */
  private static void longtake(ConfigFile own, List<String> problems) {
    unknown("", own, OF_LONGTAKE, problems);
    OF_ITS_SECTIONS.forEach(
        (section, known) -> {
          if (own.has(section)) {
            unknown(section + ".", own.section(section), known, problems);
          }
        });
  }

  private static void unknown(
      String prefix, ConfigFile own, Set<String> known, List<String> problems) {
    for (String key : own.keys()) {
      if (!known.contains(key)) {
        List<String> sorted = known.stream().sorted().toList();
        problems.add(
            "longtake.json: expected one of the keys %s, found %s%s%s"
                .formatted(String.join(", ", sorted), prefix, key, Suggestion.ending(key, sorted)));
      }
    }
  }

  private static void beside(
      Path folder, String prefix, List<String> problems, List<String> notes) {
    for (String name : names(folder)) {
      if (ADAPTERS.contains(name)) {
        notes.add(
            "%s%s: an adapter (LoRA), which is not applied: fuse it into the weights if it is meant"
                .formatted(prefix, name));
      } else if (UNFINISHED.stream().anyMatch(name::endsWith)) {
        problems.add(
            "%s%s: expected whole files, found what a download leaves that is not finished"
                .formatted(prefix, name));
      }
    }
  }

  private static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID, "%s: cannot be listed: %s".formatted(folder, e), e);
    }
  }
}
