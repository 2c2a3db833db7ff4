package dev.longtake.transformer;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.longtake.transformer.OnnxGraph.Attribute;
import dev.longtake.weights.WeightSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The transformer from patches to patches in ONNX Runtime, with its own fused operations for
 * attention, rotation and norms where it has them.
 */
final class OnnxBlocks implements AutoCloseable {

  private static final Attribute EPSILON = new Attribute("epsilon", 1e-6f);

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();

  /**
   * Builds and loads it.
   *
   * @param folder for the model's files
   * @param text {@code (512, textDim)}, of which keys and values are computed once
   */
  OnnxBlocks(
      TransformerConfig config,
      WeightSource source,
      RopeTable table,
      Path folder,
      float[] text,
      int threads)
      throws IOException, OrtException {
    long tokens = table.cos().length / (config.headDim() / 2);
    var builder = new Builder(config, tokens, table);
    Path prompt = builder.prompt(source, folder, text.length / config.textDim());
    Path velocity = builder.velocity(source, folder, text.length / config.textDim());
    try (OrtSession once = open(prompt, threads);
        OnnxTensor embeds = tensor(text, text.length / config.textDim(), config.textDim());
        OrtSession.Result keys = once.run(Map.of("text", embeds))) {
      int index = 0;
      for (int block = 0; block < config.layerCount(); block++) {
        for (String kind : List.of("keys", "values")) {
          OnnxTensor found = (OnnxTensor) keys.get(index++);
          float[] copy = new float[found.getFloatBuffer().remaining()];
          found.getFloatBuffer().get(copy);
          inputs.put(kind + block, tensor(copy, 1, 512, config.dim()));
        }
      }
    }
    session = open(velocity, threads);
  }

  private OrtSession open(Path model, int threads) throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      return environment.createSession(model.toString(), options);
    }
  }

  private OnnxTensor tensor(float[] values, long... dims) throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), dims);
  }

  /** Sets what goes in: {@code (tokens, 4 C)} and {@code (1, D)}. */
  void set(float[] patches, int tokens, float[] time) throws OrtException {
    inputs.put("patches", tensor(patches, tokens, patches.length / tokens));
    inputs.put("time", tensor(time, 1, time.length));
  }

  /** {@code (tokens, 4 C)}. */
  float[] velocity() throws OrtException {
    try (OrtSession.Result result = session.run(inputs)) {
      FloatBuffer found = ((OnnxTensor) requireNonNull(result.get(0))).getFloatBuffer();
      float[] values = new float[found.remaining()];
      found.get(values);
      return values;
    }
  }

  @Override
  public void close() throws OrtException {
    inputs.values().forEach(OnnxTensor::close);
    session.close();
  }

  /** Writes both graphs. */
  private static final class Builder {
    private final TransformerConfig config;
    private final long tokens;
    private final RopeTable table;

    Builder(TransformerConfig config, long tokens, RopeTable table) {
      this.config = config;
      this.tokens = tokens;
      this.table = table;
    }

    private static String line(OnnxGraph graph, String x, String name, long outer, long inner) {
      return graph.node(
          "Gemm",
          List.of(
              x, graph.weight(name + ".weight", outer, inner), graph.weight(name + ".bias", outer)),
          new Attribute("transB", 1));
    }

    private String square(OnnxGraph graph, String x, String name) {
      return line(graph, x, name, config.dim(), config.dim());
    }

    private String rms(OnnxGraph graph, String x, String name) {
      return graph.node(
          "SimplifiedLayerNormalization",
          List.of(x, graph.weight(name, config.dim())),
          EPSILON,
          new Attribute("axis", -1));
    }

    private static String gelu(OnnxGraph graph, String x) {
      return graph.node("Gelu", List.of(x), new Attribute("approximate", "tanh"));
    }

    private static String reshaped(OnnxGraph graph, String x, String shape, long... dims) {
      return graph.node("Reshape", List.of(x, graph.wholes(shape, dims)));
    }

    private String batch(OnnxGraph graph, String x, long rows) {
      return reshaped(graph, x, "batch" + rows, 1, rows, config.dim());
    }

    Path prompt(WeightSource source, Path folder, long rows) throws IOException {
      try (var graph = new OnnxGraph(source, folder.resolve("prompt.bin"))) {
        String prefix = "condition_embedder.text_embedder.linear_";
        String hidden =
            line(
                graph,
                graph.input("text", rows, config.textDim()),
                prefix + "1",
                config.dim(),
                config.textDim());
        String context = square(graph, gelu(graph, hidden), prefix + "2");
        for (int i = 0; i < config.layerCount(); i++) {
          String cross = "blocks." + i + ".attn2.";
          String keys = rms(graph, square(graph, context, cross + "to_k"), cross + "norm_k.weight");
          graph.output(batch(graph, keys, rows), 1, rows, config.dim());
          String values = square(graph, context, cross + "to_v");
          graph.output(batch(graph, values, rows), 1, rows, config.dim());
        }
        return graph.write(folder.resolve("prompt.onnx"));
      }
    }

    Path velocity(WeightSource source, Path folder, long rows) throws IOException {
      try (var graph = new OnnxGraph(source, folder.resolve("velocity.bin"))) {
        long features = 4L * config.inChannels();
        String x =
            line(
                graph,
                graph.input("patches", tokens, features),
                "patch_embedding",
                config.dim(),
                features);
        String time = graph.input("time", 1, config.dim());
        String active = graph.node("Mul", List.of(time, graph.node("Sigmoid", List.of(time))));
        String projected =
            line(graph, active, "condition_embedder.time_proj", 6L * config.dim(), config.dim());
        String modulation = reshaped(graph, projected, "six", 6, config.dim());
        for (int i = 0; i < config.layerCount(); i++) {
          String keys = graph.input("keys" + i, 1, rows, config.dim());
          String values = graph.input("values" + i, 1, rows, config.dim());
          x = block(graph, x, modulation, keys, values, "blocks." + i + ".");
        }
        String table = graph.weight("scale_shift_table", 2, config.dim());
        String m = graph.node("Add", List.of(table, time));
        String y = modulated(graph, x, row(graph, m, 1), row(graph, m, 0));
        graph.output(
            line(graph, y, "proj_out", 4L * config.outChannels(), config.dim()),
            tokens,
            4L * config.outChannels());
        return graph.write(folder.resolve("velocity.onnx"));
      }
    }

    private static String row(OnnxGraph graph, String x, int index) {
      return graph.node("Gather", List.of(x, graph.wholes("row" + index, index)));
    }

    private String normal(OnnxGraph graph, String x, String weight, String bias) {
      return graph.node(
          "LayerNormalization", List.of(x, weight, bias), EPSILON, new Attribute("axis", -1));
    }

    /** The norm's own gain and offset can be the modulation: they are the same for all rows. */
    private String modulated(OnnxGraph graph, String x, String scale, String shift) {
      String one = graph.floats("one", new float[] {1f}, 1);
      String gain = graph.node("Add", List.of(scale, one));
      return normal(graph, x, flat(graph, gain), flat(graph, shift));
    }

    private String flat(OnnxGraph graph, String x) {
      return reshaped(graph, x, "flat", config.dim());
    }

    private String attention(OnnxGraph graph, String q, String k, String v) {
      String out =
          graph.contributed(
              "MultiHeadAttention",
              List.of(q, k, v),
              new Attribute("num_heads", config.headCount()));
      return reshaped(graph, out, "rows", tokens, config.dim());
    }

    private String rotated(OnnxGraph graph, String x) {
      int pairs = config.headDim() / 2;
      long[] positions = new long[(int) tokens];
      Arrays.setAll(positions, i -> i);
      String ids = reshaped(graph, graph.wholes("positions", positions), "ids", 1, tokens);
      return graph.contributed(
          "RotaryEmbedding",
          List.of(
              batch(graph, x, tokens),
              ids,
              graph.floats("cos", table.cos(), tokens, pairs),
              graph.floats("sin", table.sin(), tokens, pairs)),
          new Attribute("interleaved", 1),
          new Attribute("num_heads", config.headCount()),
          new Attribute("rotary_embedding_dim", config.headDim()));
    }

    private String block(
        OnnxGraph graph, String input, String time, String keys, String values, String prefix) {
      String table = graph.weight(prefix + "scale_shift_table", 6, config.dim());
      String m = graph.node("Add", List.of(table, time));
      String y = modulated(graph, input, row(graph, m, 1), row(graph, m, 0));
      String self = prefix + "attn1.";
      String q = rms(graph, square(graph, y, self + "to_q"), self + "norm_q.weight");
      String k = rms(graph, square(graph, y, self + "to_k"), self + "norm_k.weight");
      String v = batch(graph, square(graph, y, self + "to_v"), tokens);
      String out = attention(graph, rotated(graph, q), rotated(graph, k), v);
      String x = gated(graph, input, square(graph, out, self + "to_out.0"), row(graph, m, 2));

      String cross = prefix + "attn2.";
      y =
          normal(
              graph,
              x,
              graph.weight(prefix + "norm2.weight", config.dim()),
              graph.weight(prefix + "norm2.bias", config.dim()));
      q = rms(graph, square(graph, y, cross + "to_q"), cross + "norm_q.weight");
      out = attention(graph, batch(graph, q, tokens), keys, values);
      x = graph.node("Add", List.of(x, square(graph, out, cross + "to_out.0")));

      y = modulated(graph, x, row(graph, m, 4), row(graph, m, 3));
      String hidden = line(graph, y, prefix + "ffn.net.0.proj", config.ffnDim(), config.dim());
      String down =
          line(graph, gelu(graph, hidden), prefix + "ffn.net.2", config.dim(), config.ffnDim());
      return gated(graph, x, down, row(graph, m, 5));
    }

    private static String gated(OnnxGraph graph, String x, String y, String gate) {
      return graph.node("Add", List.of(x, graph.node("Mul", List.of(y, gate))));
    }
  }
}
