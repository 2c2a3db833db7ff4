package dev.longtake.vae;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Puts the layers of the encoder and the decoder in their order. */
final class VaeLayers {

  private VaeLayers() {}

  /** From pixels to the mean of the latents. */
  static List<VaeLayer> encoder(VaeLoader loader, VaeConfig config) {
    List<Integer> channels = config.encoderChannels();
    int moments = 2 * config.latentChannels();
    List<VaeLayer> layers = new ArrayList<>();
    layers.add(loader.causal("encoder.conv_in", channels.getFirst(), config.pixelChannels(), 3, 3));
    for (int level = 0; level + 1 < channels.size(); level++) {
      layers.addAll(encoderLevel(loader, config, level));
    }
    addMiddle(layers, loader, "encoder.mid_block", channels.getLast());
    addOutput(layers, loader, "encoder", moments, channels.getLast());
    layers.add(new Pixelwise(loader.pixelwise("quant_conv", 0, config.latentChannels(), moments)));
    return List.copyOf(layers);
  }

  /** From latents to pixels. */
  static List<VaeLayer> decoder(VaeLoader loader, VaeConfig config) {
    List<Integer> channels = config.decoderChannels();
    int latents = config.latentChannels();
    List<VaeLayer> layers = new ArrayList<>();
    layers.add(new Pixelwise(loader.pixelwise("post_quant_conv", 0, latents, latents)));
    layers.add(loader.causal("decoder.conv_in", channels.getFirst(), latents, 3, 3));
    addMiddle(layers, loader, "decoder.mid_block", channels.getFirst());
    for (int level = 0; level + 1 < channels.size(); level++) {
      layers.addAll(decoderLevel(loader, config, level));
    }
    addOutput(layers, loader, "decoder", config.pixelChannels(), channels.getLast());
    return List.copyOf(layers);
  }

  private static List<VaeLayer> encoderLevel(VaeLoader loader, VaeConfig config, int level) {
    var names = new VaeNames(config);
    int entry = config.encoderChannels().get(level);
    int outer = config.encoderChannels().get(level + 1);
    List<VaeLayer> layers = new ArrayList<>();
    for (int block = 0; block < config.blocksPerLevel(); block++) {
      int inner = block == 0 ? entry : outer;
      layers.add(ResidualBlock.load(loader, names.downBlock(level, block), inner, outer));
    }
    boolean halves = level < config.halvesTime().size();
    boolean halvesTime = halves && config.halvesTime().get(level);
    if (halves) {
      layers.add(Halving.load(loader, names.downsampler(level), outer, halvesTime));
    }
    if (!config.residual()) {
      return layers;
    }
    int space = halves ? 2 : 1;
    VaeLayer shortcut = AveragedShortcut.make(loader, entry, outer, halvesTime ? 2 : 1, space);
    return List.of(new ShortcutLevel(shortcut, layers));
  }

  private static List<VaeLayer> decoderLevel(VaeLoader loader, VaeConfig config, int level) {
    var names = new VaeNames(config);
    int entry = config.decoderEntry(level);
    int outer = config.decoderChannels().get(level + 1);
    List<VaeLayer> layers = new ArrayList<>();
    for (int block = 0; block <= config.blocksPerLevel(); block++) {
      int inner = block == 0 ? entry : outer;
      layers.add(ResidualBlock.load(loader, names.upBlock(level, block), inner, outer));
    }
    if (level == config.halvesTime().size()) {
      return layers;
    }
    boolean doublesTime = config.halvesTime().reversed().get(level);
    int result = config.residual() ? outer : outer / 2;
    layers.add(Doubling.load(loader, names.upsampler(level), outer, result, doublesTime));
    if (!config.residual()) {
      return layers;
    }
    VaeLayer shortcut = RepeatedShortcut.make(loader, entry, outer, doublesTime ? 2 : 1);
    return List.of(new ShortcutLevel(shortcut, layers));
  }

  private static void addMiddle(
      List<VaeLayer> layers, VaeLoader loader, String name, int channels) {
    layers.add(ResidualBlock.load(loader, name + ".resnets.0", channels, channels));
    // Some checkpoints are trained without attention and carry it as zeros.
    if (!loader.isZero(name + ".attentions.0.proj")) {
      layers.add(FrameAttention.load(loader, name + ".attentions.0", channels));
    }
    layers.add(ResidualBlock.load(loader, name + ".resnets.1", channels, channels));
  }

  private static void addOutput(
      List<VaeLayer> layers, VaeLoader loader, String side, int outer, int inner) {
    layers.add(new OutputNorm(loader.gamma(side + ".norm_out", inner)));
    layers.add(loader.causal(side + ".conv_out", outer, inner, 3, 3));
  }

  /** {@code silu(norm(x))}, in place. */
  private record OutputNorm(Tensor gamma) implements VaeLayer {
    @Override
    public Tensor apply(VaeStream stream, Tensor x) {
      stream.backend().channelNorm(x, x, gamma, Activation.SILU);
      return x;
    }
  }

  /** A convolution that looks at one pixel. */
  private record Pixelwise(LinearWeight weight) implements VaeLayer {
    @Override
    public Tensor apply(VaeStream stream, Tensor x) {
      int pixels = x.dim(0) * x.dim(1) * x.dim(2);
      int outer = weight.outputCount();
      Tensor out = stream.workspace().take(x.dim(0), x.dim(1), x.dim(2), outer);
      stream.backend().linear(out.view(pixels, outer), x.view(pixels, weight.inputCount()), weight);
      return out;
    }
  }
}
