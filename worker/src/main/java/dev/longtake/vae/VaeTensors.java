package dev.longtake.vae;

import dev.longtake.tensor.Shape;
import dev.longtake.weights.WeightFaults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors that a VAE of a given config consists of, by their public names. Of gamma tensors the
 * number of elements is what counts: some exporters write them {@code (C, 1, 1)}, some {@code (C,
 * 1, 1, 1)}.
 */
public final class VaeTensors {

  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<String, Integer> gammas = new LinkedHashMap<>();
  private final VaeConfig config;

  private VaeTensors(VaeConfig config) {
    this.config = config;
  }

  /** What a checkpoint of this config consists of. */
  public static WeightFaults.Expected expected(VaeConfig config) {
    VaeTensors tensors = of(config);
    return new WeightFaults.Expected(tensors.shapes, tensors.gammas);
  }

  /** Every tensor with the shape that the public files give it. */
  public static Map<String, Shape> publicShapes(VaeConfig config) {
    VaeTensors tensors = of(config);
    Map<String, Shape> all = new LinkedHashMap<>(tensors.shapes);
    tensors.gammas.forEach(
        (name, channels) ->
            all.put(
                name,
                name.contains("attentions")
                    ? Shape.of(channels, 1, 1)
                    : Shape.of(channels, 1, 1, 1)));
    return all;
  }

  private static VaeTensors of(VaeConfig config) {
    var tensors = new VaeTensors(config);
    int latents = config.latentChannels();
    tensors.encoder();
    tensors.conv("quant_conv", 2 * latents, 2 * latents, 1, 1, 1);
    tensors.conv("post_quant_conv", latents, latents, 1, 1, 1);
    tensors.decoder();
    return tensors;
  }

  private void encoder() {
    List<Integer> channels = config.encoderChannels();
    cube("encoder.conv_in", channels.getFirst(), config.pixelChannels());
    var names = new VaeNames(config);
    for (int level = 0; level + 1 < channels.size(); level++) {
      int outer = channels.get(level + 1);
      for (int block = 0; block < config.blocksPerLevel(); block++) {
        int inner = block == 0 ? channels.get(level) : outer;
        residual(names.downBlock(level, block), inner, outer);
      }
      if (level < config.halvesTime().size()) {
        String name = names.downsampler(level);
        plane(name + ".resample.1", outer, outer);
        if (config.halvesTime().get(level)) {
          conv(name + ".time_conv", outer, outer, 3, 1, 1);
        }
      }
    }
    middle("encoder.mid_block", channels.getLast());
    gammas.put("encoder.norm_out.gamma", channels.getLast());
    cube("encoder.conv_out", 2 * config.latentChannels(), channels.getLast());
  }

  private void decoder() {
    List<Integer> channels = config.decoderChannels();
    List<Boolean> doublesTime = config.halvesTime().reversed();
    cube("decoder.conv_in", channels.getFirst(), config.latentChannels());
    middle("decoder.mid_block", channels.getFirst());
    var names = new VaeNames(config);
    for (int level = 0; level + 1 < channels.size(); level++) {
      int outer = channels.get(level + 1);
      int entry = config.decoderEntry(level);
      for (int block = 0; block <= config.blocksPerLevel(); block++) {
        residual(names.upBlock(level, block), block == 0 ? entry : outer, outer);
      }
      if (level < doublesTime.size()) {
        String name = names.upsampler(level);
        plane(name + ".resample.1", config.residual() ? outer : outer / 2, outer);
        if (doublesTime.get(level)) {
          conv(name + ".time_conv", 2 * outer, outer, 3, 1, 1);
        }
      }
    }
    gammas.put("decoder.norm_out.gamma", channels.getLast());
    cube("decoder.conv_out", config.pixelChannels(), channels.getLast());
  }

  private void middle(String name, int channels) {
    residual(name + ".resnets.0", channels, channels);
    String attention = name + ".attentions.0";
    gammas.put(attention + ".norm.gamma", channels);
    shapes.put(attention + ".to_qkv.weight", Shape.of(3 * channels, channels, 1, 1));
    shapes.put(attention + ".to_qkv.bias", Shape.of(3 * channels));
    shapes.put(attention + ".proj.weight", Shape.of(channels, channels, 1, 1));
    shapes.put(attention + ".proj.bias", Shape.of(channels));
    residual(name + ".resnets.1", channels, channels);
  }

  private void residual(String name, int inner, int outer) {
    gammas.put(name + ".norm1.gamma", inner);
    cube(name + ".conv1", outer, inner);
    gammas.put(name + ".norm2.gamma", outer);
    cube(name + ".conv2", outer, outer);
    if (inner != outer) {
      conv(name + ".conv_shortcut", outer, inner, 1, 1, 1);
    }
  }

  private void cube(String name, int outer, int inner) {
    conv(name, outer, inner, 3, 3, 3);
  }

  private void conv(String name, int outer, int inner, int time, int height, int width) {
    shapes.put(name + ".weight", Shape.of(outer, inner, time, height, width));
    shapes.put(name + ".bias", Shape.of(outer));
  }

  private void plane(String name, int outer, int inner) {
    shapes.put(name + ".weight", Shape.of(outer, inner, 3, 3));
    shapes.put(name + ".bias", Shape.of(outer));
  }
}
