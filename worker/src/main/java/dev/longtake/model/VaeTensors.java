package dev.longtake.model;

import dev.longtake.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors that a VAE of a given config consists of, by their public names. Gamma tensors are
 * not listed: some exporters write them {@code (C, 1, 1)}, some {@code (C, 1, 1, 1)}; they are
 * checked by element count when they are read.
 */
final class VaeTensors {

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private VaeTensors() {}

  static Map<String, Shape> of(VaeConfig config) {
    var tensors = new VaeTensors();
    int moments = 2 * config.latentChannels();
    tensors.encoder(config, moments);
    tensors.conv("quant_conv", moments, moments, 1, 1, 1);
    tensors.conv("post_quant_conv", config.latentChannels(), config.latentChannels(), 1, 1, 1);
    tensors.decoder(config);
    return tensors.shapes;
  }

  private void encoder(VaeConfig config, int moments) {
    List<Integer> channels = config.encoderChannels();
    cube("encoder.conv_in", channels.getFirst(), config.pixelChannels());
    int index = 0;
    for (int level = 0; level + 1 < channels.size(); level++) {
      int outer = channels.get(level + 1);
      for (int block = 0; block < config.blocksPerLevel(); block++) {
        int inner = block == 0 ? channels.get(level) : outer;
        residual("encoder.down_blocks." + index++, inner, outer);
      }
      if (level < config.halvesTime().size()) {
        String name = "encoder.down_blocks." + index++;
        plane(name + ".resample.1", outer, outer);
        if (config.halvesTime().get(level)) {
          conv(name + ".time_conv", outer, outer, 3, 1, 1);
        }
      }
    }
    middle("encoder.mid_block", channels.getLast());
    cube("encoder.conv_out", moments, channels.getLast());
  }

  private void decoder(VaeConfig config) {
    List<Integer> channels = config.decoderChannels();
    List<Boolean> doublesTime = config.halvesTime().reversed();
    cube("decoder.conv_in", channels.getFirst(), config.latentChannels());
    middle("decoder.mid_block", channels.getFirst());
    for (int level = 0; level + 1 < channels.size(); level++) {
      String name = "decoder.up_blocks." + level;
      int outer = channels.get(level + 1);
      int entry = level == 0 ? channels.getFirst() : channels.get(level) / 2;
      for (int block = 0; block <= config.blocksPerLevel(); block++) {
        residual(name + ".resnets." + block, block == 0 ? entry : outer, outer);
      }
      if (level < doublesTime.size()) {
        plane(name + ".upsamplers.0.resample.1", outer / 2, outer);
        if (doublesTime.get(level)) {
          conv(name + ".upsamplers.0.time_conv", 2 * outer, outer, 3, 1, 1);
        }
      }
    }
    cube("decoder.conv_out", config.pixelChannels(), channels.getLast());
  }

  private void middle(String name, int channels) {
    residual(name + ".resnets.0", channels, channels);
    String attention = name + ".attentions.0";
    shapes.put(attention + ".to_qkv.weight", Shape.of(3 * channels, channels, 1, 1));
    shapes.put(attention + ".to_qkv.bias", Shape.of(3 * channels));
    shapes.put(attention + ".proj.weight", Shape.of(channels, channels, 1, 1));
    shapes.put(attention + ".proj.bias", Shape.of(channels));
    residual(name + ".resnets.1", channels, channels);
  }

  private void residual(String name, int inner, int outer) {
    cube(name + ".conv1", outer, inner);
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
