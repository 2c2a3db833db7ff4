package dev.longtake.transformer;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.upsample_nearest2d;

import dev.longtake.vae.VaeConfig;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The VAE's decoder over a whole video at once, which is the fastest way, in libtorch. */
final class TorchDecoder {

  private final Torch torch;
  private final VaeConfig config;

  TorchDecoder(Torch torch, VaeConfig config) {
    this.torch = torch;
    this.config = config;
  }

  /** {@code z}: {@code (1, C, T, h, w)}. */
  Tensor decode(Tensor z) {
    Tensor x = torch.causal(torch.causal(z, "post_quant_conv"), "decoder.conv_in");
    x = residual(x, "decoder.mid_block.resnets.0");
    x = attention(x, "decoder.mid_block.attentions.0");
    x = residual(x, "decoder.mid_block.resnets.1");
    List<Boolean> doubles = config.halvesTime().reversed();
    for (int level = 0; level <= doubles.size(); level++) {
      String name = "decoder.up_blocks." + level;
      for (int block = 0; block <= config.blocksPerLevel(); block++) {
        x = residual(x, name + ".resnets." + block);
      }
      if (level < doubles.size()) {
        x = doubled(x, name + ".upsamplers.0", doubles.get(level));
      }
    }
    return torch.causal(silu(norm(x, "decoder.norm_out")), "decoder.conv_out");
  }

  private Tensor norm(Tensor x, String name) {
    long channels = x.size(1);
    Tensor length =
        x.mul(x).sum(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional()).sqrt();
    Tensor gamma = torch.weight(name + ".gamma").reshape(1, channels, 1, 1, 1);
    Tensor scale = gamma.mul(new Scalar((float) Math.sqrt((double) channels)));
    return x.div(length.clamp_min(new Scalar(1e-12f))).mul(scale);
  }

  private Tensor residual(Tensor x, String name) {
    Tensor y = torch.causal(silu(norm(x, name + ".norm1")), name + ".conv1");
    y = torch.causal(silu(norm(y, name + ".norm2")), name + ".conv2");
    boolean same = x.size(1) == y.size(1);
    return y.add(same ? x : torch.causal(x, name + ".conv_shortcut"));
  }

  private Tensor attention(Tensor x, String name) {
    long channels = x.size(1);
    long frames = x.size(2);
    long pixels = x.size(3) * x.size(4);
    Tensor y =
        norm(x, name + ".norm").permute(0, 2, 1, 3, 4).reshape(frames, channels, x.size(3), -1);
    Tensor qkv =
        torch
            .flat(y, name + ".to_qkv", 0)
            .reshape(frames, 1, 3 * channels, pixels)
            .permute(0, 1, 3, 2)
            .contiguous();
    Tensor out =
        scaled_dot_product_attention(
            qkv.narrow(3, 0, channels),
            qkv.narrow(3, channels, channels),
            qkv.narrow(3, 2 * channels, channels));
    Tensor picture = out.permute(0, 1, 3, 2).reshape(frames, channels, x.size(3), x.size(4));
    Tensor projected = torch.flat(picture, name + ".proj", 0);
    return x.add(projected.reshape(1, frames, channels, x.size(3), -1).permute(0, 2, 1, 3, 4));
  }

  private Tensor doubled(Tensor input, String name, boolean time) {
    Tensor x = input;
    if (time && x.size(2) > 1) {
      long rest = x.size(2) - 1;
      Tensor pairs = torch.causal(x.narrow(2, 1, rest), name + ".time_conv");
      Tensor each =
          pairs
              .reshape(1, 2, x.size(1), rest, x.size(3), x.size(4))
              .permute(0, 2, 3, 1, 4, 5)
              .reshape(1, x.size(1), 2 * rest, x.size(3), x.size(4));
      x = cat(new TensorVector(x.narrow(2, 0, 1), each), 2);
    }
    long frames = x.size(2);
    Tensor flat = x.permute(0, 2, 1, 3, 4).reshape(frames, x.size(1), x.size(3), x.size(4));
    Tensor large =
        upsample_nearest2d(
            flat,
            new long[] {2 * x.size(3), 2 * x.size(4)},
            new DoubleOptional(),
            new DoubleOptional());
    Tensor out = torch.flat(large, name + ".resample.1", 1);
    return out.reshape(1, frames, out.size(1), out.size(2), out.size(3)).permute(0, 2, 1, 3, 4);
  }
}
