package dev.longtake.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.Solver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints as real users hand them in: what is said of each, one sentence a cause. */
class HandedInTest {

  @TempDir private Path folder;

  private static List<String> problems(Path root) {
    try (ModelFolder model = ModelFolder.read(root)) {
      model.openTokenizer();
      return model.problems();
    }
  }

  private HandedIn sound() throws IOException {
    return HandedIn.sound(folder.resolve("model"));
  }

  @Test
  void read_soundFolder_hasNoProblem() throws IOException {
    assertThat(problems(sound().root())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "blocks.0.attn1.to_k.scale_weight, scales of quantised weights",
    "blocks.0.attn1.to_k.input_scale, scales of quantised weights",
    "blocks.0.attn1.to_k.weight_scale_inv, scales of quantised weights",
    "scaled_fp8, scales of quantised weights",
    "blocks.0.attn1.to_q.lora_A.weight, halves of a LoRA",
    "lora_unet_blocks_0_attn1_to_q.lora_down.weight, halves of a LoRA",
    "blocks.0.attn1.to_q.weight.absmax, state of a quantiser",
    "blocks.0.ffn.net.2.qweight, state of a quantiser",
    "condition_embedder.image_embedder.norm1.weight, image-to-video",
    "blocks.2.attn2.add_k_proj.weight, image-to-video",
    "motion_module.to_out.weight, that its config does not explain",
  })
  void read_tensorThatNoConfigExplains_isAProblem(String tensor, String said) throws IOException {
    HandedIn model = sound().withTensors(HandedIn.TRANSFORMER, List.of(tensor));

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .startsWith("transformer: expected none, found 1 ")
        .contains(said, tensor);
  }

  @Test
  void read_hundredScales_areOneSentence() throws IOException {
    List<String> scales = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      scales.add("blocks.%d.attn1.to_k.scale_weight".formatted(i));
    }

    assertThat(problems(sound().withTensors(HandedIn.TRANSFORMER, scales).root()))
        .singleElement()
        .asString()
        .contains("found 100 scales", "...")
        .hasSizeLessThan(300);
  }

  @Test
  void read_weightsThatAreNoNumbers_isOneSentence() throws IOException {
    HandedIn model = sound().filled(HandedIn.TRANSFORMER, Float.floatToRawIntBits(Float.NaN));

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .startsWith("transformer: expected numbers, found infinite values or none (NaN) in ");
  }

  @Test
  void read_weightsOfZeros_looksLikeABrokenDownload() throws IOException {
    HandedIn model = sound().filled(HandedIn.VAE, 0);

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .startsWith("vae: expected trained weights, found nothing but zeros in ")
        .contains("download");
  }

  @ParameterizedTest
  @ValueSource(strings = {"decoder.block.0.layer.0.SelfAttention.q.weight", "lm_head.weight"})
  void read_decoderBesideTheTextEncoder_isHarmless(String tensor) throws IOException {
    HandedIn model = sound();
    String shard = "text_encoder/model-00002-of-00002.safetensors";
    model.withTensors(shard, List.of(tensor));
    model.json(
        "text_encoder/model.safetensors.index.json",
        index ->
            ((ObjectNode) index.get("weight_map")).put(tensor, "model-00002-of-00002.safetensors"));

    assertThat(problems(model.root())).isEmpty();
  }

  @Test
  void read_floatsOfEightBits_areOneSentenceWithTheirScales() throws IOException {
    HandedIn model = sound();
    model.withTensors(HandedIn.TRANSFORMER, List.of("proj_out.scale_weight"));
    model.header(
        HandedIn.TRANSFORMER,
        header -> {
          ObjectNode entry = (ObjectNode) header.get("proj_out.bias");
          long begin = entry.get("data_offsets").get(0).asLong();
          long count = entry.get("shape").get(0).asLong();
          entry.put("dtype", "F8_E4M3");
          entry.putArray("data_offsets").add(begin).add(begin + count);
        });

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("proj_out.bias", "found F8_E4M3", "a quantised file", "in bf16");
  }

  @Test
  void read_vaceBlocksAlone_saysSo() throws IOException {
    HandedIn model = sound();
    model.header(
        HandedIn.TRANSFORMER,
        header -> {
          var names = new ArrayList<String>();
          header.fieldNames().forEachRemaining(names::add);
          names.stream().filter(name -> !name.startsWith("vace_")).forEach(header::remove);
        });

    assertThat(problems(model.root()))
        .containsExactly(
            "transformer: found the VACE blocks alone, a module for another program: take the"
                + " whole VACE model");
  }

  @ParameterizedTest
  @CsvSource({
    "model.diffusion_model., a ComfyUI file",
    "diffusion_model., a ComfyUI file",
  })
  void read_namesOfAnotherProgram_saysWhose(String prefix, String said) throws IOException {
    HandedIn model = sound();
    model.header(HandedIn.TRANSFORMER, header -> prefix(header, prefix));

    assertThat(problems(model.root())).singleElement().asString().contains(said);
  }

  private static void prefix(ObjectNode header, String prefix) {
    ObjectNode before = header.deepCopy();
    before.remove("__metadata__");
    header.removeAll();
    before.properties().forEach(entry -> header.set(prefix + entry.getKey(), entry.getValue()));
  }

  @Test
  void read_loraAlone_saysSo() throws IOException {
    HandedIn model = sound();
    model.header(HandedIn.TRANSFORMER, header -> prefix(header, "transformer.lora_A.weight_of_"));

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("a LoRA that is not fused: fuse it");
  }

  @Test
  void read_soleVariant_isTaken() throws IOException {
    HandedIn model =
        sound()
            .move(HandedIn.TRANSFORMER, "transformer/diffusion_pytorch_model.fp16.safetensors")
            .move(HandedIn.VAE, "vae/diffusion_pytorch_model.bf16.safetensors");

    assertThat(problems(model.root())).isEmpty();
  }

  @Test
  void read_twoVariants_asksForOne() throws IOException {
    HandedIn model = sound().move(HandedIn.VAE, "vae/diffusion_pytorch_model.bf16.safetensors");
    Files.copy(
        model.path("vae/diffusion_pytorch_model.bf16.safetensors"),
        model.path("vae/diffusion_pytorch_model.fp16.safetensors"));

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("found diffusion_pytorch_model.bf16.safetensors and", "leave the one");
  }

  @Test
  void read_indexOfFormerShards_isOneSentence() throws IOException {
    HandedIn model =
        sound()
            .write(
                "transformer/diffusion_pytorch_model.safetensors.index.json",
                """
                {"weight_map": {"proj_out.bias": "diffusion_pytorch_model-00001-of-00002.safetensors"}}
                """);

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("expected one set of tensors, found", "index.json and", "leave the one");
  }

  @Test
  void read_indexThatListsTheOneFile_isTaken() throws IOException {
    HandedIn model = sound();
    ObjectNode map = new com.fasterxml.jackson.databind.ObjectMapper().createObjectNode();
    model.header(
        HandedIn.TRANSFORMER,
        header ->
            header
                .fieldNames()
                .forEachRemaining(
                    name -> {
                      if (!name.startsWith("__")) {
                        map.put(name, "diffusion_pytorch_model.safetensors");
                      }
                    }));
    model.write(
        "transformer/diffusion_pytorch_model.safetensors.index.json",
        "{\"weight_map\": " + map + "}");

    assertThat(problems(model.root())).isEmpty();
  }

  @Test
  void read_shardsWithoutTheirIndex_asksForIt() throws IOException {
    HandedIn model = sound();
    Files.delete(model.path("text_encoder/model.safetensors.index.json"));

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("text_encoder: expected model.safetensors", "without the index");
  }

  @ParameterizedTest
  @CsvSource({
    "'version https://git-lfs.github.com/spec/v1\noid sha256:3f', a Git LFS pointer: run git lfs",
    "'<!DOCTYPE html><html><head><title>Sign in', a web page: the download",
    "'GGUF\u0003\u0000\u0000\u0000\u0000\u0000\u0000\u0000', a GGUF file",
    "'PK\u0003\u0004\u0000\u0000\u0000\u0000\u0000\u0000', a PyTorch pickle",
  })
  void read_otherKindOfFile_isNamedByItsFirstBytes(String content, String said) throws IOException {
    HandedIn model = sound().write(HandedIn.VAE, content.getBytes(StandardCharsets.ISO_8859_1));

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("vae/diffusion_pytorch_model.safetensors: expected a safetensors file, found")
        .contains(said);
  }

  @Test
  void read_picklesOnly_saysHowToConvert() throws IOException {
    HandedIn model = sound();
    Files.delete(model.path(HandedIn.VAE));
    model.write("vae/diffusion_pytorch_model.bin", new byte[] {'P', 'K', 3, 4, 0, 0});

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("vae: expected diffusion_pytorch_model.safetensors", "PyTorch pickle")
        .contains("safe_serialization=True");
  }

  @Test
  void openTokenizer_ofAPointer_saysWhatItIs() throws IOException {
    HandedIn model =
        sound().write("tokenizer/spiece.model", "version https://git-lfs.github.com/spec/v1\n");

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains(
            "tokenizer/spiece.model: expected a sentencepiece model, found a Git LFS pointer");
  }

  @Test
  void read_configInUtf16_isRead() throws IOException {
    HandedIn model = sound();
    String config = Files.readString(model.path("vae/config.json"));
    model.write("vae/config.json", ("\uFEFF" + config).getBytes(StandardCharsets.UTF_16LE));

    assertThat(problems(model.root())).isEmpty();
  }

  @Test
  void read_configThatIsAPage_saysSo() throws IOException {
    HandedIn model = sound().write("vae/config.json", "<!DOCTYPE html><html>");

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("vae/config.json: expected a JSON object, found a web page");
  }

  private static ModelCard card(HandedIn model) {
    try (ModelFolder folder = ModelFolder.read(model.root())) {
      return ModelCards.read(
          folder.folder(), folder.transformer(), folder.vae(), folder.weightBytes());
    }
  }

  private static List<String> notes(HandedIn model) {
    try (ModelFolder folder = ModelFolder.read(model.root())) {
      return folder.notes();
    }
  }

  private HandedIn scheduler(String className, String config) throws IOException {
    return sound()
        .json("model_index.json", index -> index.withArray("scheduler").set(1, className))
        .write("scheduler/scheduler_config.json", config);
  }

  @Test
  void card_ofAPublishedFolder_samplesAsItWasPublished() throws IOException {
    HandedIn model = sound();

    Sampling sampling = card(model).sampling();

    assertThat(sampling.solver()).isEqualTo(Solver.UNIPC);
    assertThat(sampling.shift()).isEqualTo(3.0);
    assertThat(card(model).conditioning().negativePrompt()).startsWith("色调艳丽").endsWith("倒着走");
    assertThat(notes(model))
        .singleElement()
        .asString()
        .contains("negative prompt of Wan's program");
  }

  @Test
  void card_ofAFolderSavedWithEuler_takesEulerStepsAndItsShift() throws IOException {
    HandedIn model =
        scheduler(
            "FlowMatchEulerDiscreteScheduler",
            """
            {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 5.0}
            """);

    assertThat(problems(model.root())).isEmpty();
    assertThat(card(model).sampling().solver()).isEqualTo(Solver.EULER);
    assertThat(card(model).sampling().shift()).isEqualTo(5.0);
    assertThat(notes(model)).anyMatch(note -> note.contains("stand in for its own"));
  }

  @ParameterizedTest
  @CsvSource({
    "prediction_type, '\"epsilon\"', '\"flow_prediction\"'",
    "use_flow_sigmas, false, true",
    "use_karras_sigmas, true, false",
    "use_beta_sigmas, true, false",
    "use_dynamic_shifting, true, false",
    "solver_order, 3, 2",
    "solver_type, '\"bh1\"', '\"bh2\"'",
    "predict_x0, false, true",
    "disable_corrector, [0], []",
    "thresholding, true, false",
    "final_sigmas_type, '\"sigma_min\"', '\"zero\"'",
    "num_train_timesteps, 2000, 1000",
    "shift_terminal, 0.1, null",
  })
  void read_schedulerSettingThatChangesAFilm_isAProblem(String key, String value, String expected)
      throws IOException {
    HandedIn model =
        sound()
            .json(
                "scheduler/scheduler_config.json",
                config -> config.set(key, HandedIn.value(value)));

    assertThat(problems(model.root()))
        .containsExactly("scheduler: %s: expected %s, found %s".formatted(key, expected, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "transformer/config.json | quantization_config | {\"quant_method\": \"gguf\"} | a quantised"
            + " checkpoint",
        "text_encoder/config.json | quantization_config | {\"load_in_4bit\": true} | a quantised"
            + " checkpoint",
        "transformer/config.json | guidance_embeds | true | takes its guidance as a number",
        "model_index.json | boundary_ratio | 0.875 | two transformers share (Wan 2.2)",
        "model_index.json | _class_name | \"HunyuanVideoPipeline\" | found HunyuanVideoPipeline",
      })
  void read_settingThatChangesAFilm_isAProblem(String file, String key, String value, String said)
      throws IOException {
    HandedIn model = sound().json(file, config -> config.set(key, HandedIn.value(value)));

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .startsWith("%s: %s: expected ".formatted(file, key))
        .contains(said);
  }

  @ParameterizedTest
  @CsvSource({
    "transformer/config.json, window_size, 7, true",
    "vae/config.json, scaling_factor, 0.476986, true",
    "model_index.json, is_distilled, true, true",
    "transformer/config.json, window_size, 0, false",
    "transformer/config.json, guidance_embeds, false, false",
    "transformer/config.json, _name_or_path, '\"me/wan\"', false",
    "model_index.json, expand_timesteps, true, false",
    "model_index.json, transformer_2, '[null, null]', false",
  })
  void read_settingThatIsNotKnown_isNamed(String file, String key, String value, boolean named)
      throws IOException {
    HandedIn model = sound().json(file, config -> config.set(key, HandedIn.value(value)));

    assertThat(problems(model.root())).isEmpty();
    assertThat(notes(model).contains(file + ": not known here, and of no effect: " + key))
        .isEqualTo(named);
  }

  /** What is misspelt would be left at its default, in silence. */
  @Test
  void read_misspeltKeysOfLongtakeJson_areProblems() throws IOException {
    HandedIn model =
        sound().write("longtake.json", "{\"stepcount\": 4, \"chunk\": {\"overlaps\": 2}}");

    assertThat(problems(model.root()))
        .satisfiesExactly(
            it -> assertThat(it).endsWith("found stepcount; did you mean stepCount?"),
            it ->
                assertThat(it)
                    .isEqualTo(
                        "longtake.json: expected one of the keys latentFrameCount, overlap, found"
                            + " chunk.overlaps; did you mean overlap?"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transformer/adapter_model.safetensors",
        "text_encoder/adapter_config.json",
        "pytorch_lora_weights.safetensors"
      })
  void read_adapterBesideTheWeights_isNamed(String file) throws IOException {
    HandedIn model = sound().write(file, "{}");

    assertThat(problems(model.root())).isEmpty();
    assertThat(notes(model))
        .contains(
            file
                + ": an adapter (LoRA), which is not applied: fuse it into the weights if it is"
                + " meant");
  }

  @ParameterizedTest
  @ValueSource(strings = {".aria2", ".incomplete", ".crdownload"})
  void read_downloadThatIsNotFinished_isAProblem(String ending) throws IOException {
    HandedIn model = sound().write(HandedIn.VAE + ending, "");

    assertThat(problems(model.root()))
        .containsExactly(
            HandedIn.VAE
                + ending
                + ": expected whole files, found what a download leaves that is not finished");
  }

  @Test
  void read_schedulerOfAnotherClass_saysWhatCanStandInForIt() throws IOException {
    HandedIn model =
        scheduler(
            "DPMSolverMultistepScheduler", "{\"_class_name\": \"DPMSolverMultistepScheduler\"}");

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("found DPMSolverMultistepScheduler", "\"solver\" in longtake.json");

    model.write("longtake.json", "{\"solver\": \"unipc\"}");
    assertThat(problems(model.root())).isEmpty();
    assertThat(notes(model))
        .containsExactly("unipc stands in for DPMSolverMultistepScheduler, as longtake.json says");
  }

  @Test
  void read_schedulerNamedTwice_mustAgree() throws IOException {
    HandedIn model =
        sound()
            .json(
                "model_index.json",
                index -> index.withArray("scheduler").set(1, "FlowMatchEulerDiscreteScheduler"));

    assertThat(problems(model.root()))
        .singleElement()
        .asString()
        .contains("expected one class, found FlowMatchEulerDiscreteScheduler in model_index.json");
  }

  @Test
  void read_folderThatIsNoCheckpoint_saysWhatItIs() throws IOException {
    Path cache = folder.resolve("models--Wan-AI--Wan2.1");
    HandedIn.sound(cache.resolve("snapshots").resolve("0f1e2d"));
    Path single =
        Files.write(folder.resolve("wan.gguf"), "GGUF____".getBytes(StandardCharsets.UTF_8));
    Path original = Files.createDirectories(folder.resolve("original"));
    Files.write(original.resolve("Wan2.1_VAE.pth"), new byte[4]);

    expect(folder.resolve("nowhere"), "found nothing: there is no such folder");
    expect(cache, "a cache of the Hugging Face hub: name the snapshot inside it, ", "0f1e2d");
    expect(folder, "a cache of the Hugging Face hub: name the snapshot inside it, ", "0f1e2d");
    expect(cache.resolve("snapshots"), "a folder with checkpoints in it: name one of them, ");
    expect(
        cache.resolve("snapshots/0f1e2d/transformer"), "one part of a checkpoint: name the folder");
    expect(single, "a GGUF file: GGUF is not supported");
    expect(original, "Wan's own layout: take the same checkpoint in the diffusers layout");
    expect(Files.createDirectories(folder.resolve("empty")), "no model_index.json", "no files");
  }

  private static void expect(Path root, String... said) {
    assertThatThrownBy(() -> ModelFolder.read(root))
        .hasMessageStartingWith(root + ": expected a checkpoint in the diffusers layout, found ")
        .hasMessageContainingAll(said);
  }
}
