package dev.longtake.transformer;

import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.stack;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The transformer from patches to patches, as the published code writes it, in libtorch. */
final class TorchBlocks {

  private final Torch torch;
  private final TransformerConfig config;
  private final ScalarType type;
  private final Tensor cos;
  private final Tensor sin;

  TorchBlocks(Torch torch, TransformerConfig config, ScalarType type, RopeTable table) {
    this.torch = torch;
    this.config = config;
    this.type = type;
    long pairs = config.headDim() / 2;
    long tokens = table.cos().length / pairs;
    cos = Torch.tensor(table.cos(), tokens, 1, pairs);
    sin = Torch.tensor(table.sin(), tokens, 1, pairs);
  }

  /** Keys and values of a prompt for every block. */
  Tensor[][] prompt(Tensor text) {
    Tensor context =
        torch.line(
            gelu(torch.line(text.to(type), "condition_embedder.text_embedder.linear_1"), "tanh"),
            "condition_embedder.text_embedder.linear_2");
    Tensor[][] keys = new Tensor[config.layerCount()][];
    for (int i = 0; i < keys.length; i++) {
      String prefix = "blocks." + i + ".attn2.";
      keys[i] =
          new Tensor[] {
            heads(rms(torch.line(context, prefix + "to_k"), prefix + "norm_k.weight")),
            heads(torch.line(context, prefix + "to_v"))
          };
    }
    return keys;
  }

  /**
   * @param patches {@code (tokens, 4 C)}
   * @param time {@code (1, D)}
   */
  Tensor velocity(Tensor patches, Tensor time, Tensor[][] prompt) {
    Tensor x = torch.line(patches.to(type), "patch_embedding").to(ScalarType.Float);
    Tensor rows =
        torch
            .line(
                org.bytedeco.pytorch.global.torch.silu(time).to(type),
                "condition_embedder.time_proj")
            .to(ScalarType.Float)
            .view(6, config.dim());
    for (int i = 0; i < config.layerCount(); i++) {
      x = block(x, rows, prompt[i], "blocks." + i + ".");
    }
    Tensor m = f32(torch.weight("scale_shift_table")).view(2, config.dim()).add(time);
    Tensor y = modulated(x, m.select(0, 1), m.select(0, 0));
    return torch.line(y.to(type), "proj_out");
  }

  private static Tensor f32(Tensor x) {
    return x.to(ScalarType.Float);
  }

  private Tensor block(Tensor input, Tensor time, Tensor[] prompt, String prefix) {
    Tensor m = f32(torch.weight(prefix + "scale_shift_table")).view(6, config.dim()).add(time);
    Tensor x = input;
    Tensor y = modulated(x, m.select(0, 1), m.select(0, 0)).to(type);
    String self = prefix + "attn1.";
    Tensor q = rms(torch.line(y, self + "to_q"), self + "norm_q.weight");
    Tensor k = rms(torch.line(y, self + "to_k"), self + "norm_k.weight");
    Tensor v = torch.line(y, self + "to_v");
    Tensor out = attention(rotated(q), rotated(k), heads(v));
    x = x.add(f32(torch.line(out, self + "to_out.0")).mul(m.select(0, 2)));

    String cross = prefix + "attn2.";
    y =
        layer_norm(
                x,
                new long[] {config.dim()},
                new TensorOptional(f32(torch.weight(prefix + "norm2.weight"))),
                new TensorOptional(f32(torch.weight(prefix + "norm2.bias"))),
                1e-6,
                true)
            .to(type);
    q = heads(rms(torch.line(y, cross + "to_q"), cross + "norm_q.weight"));
    x = x.add(f32(torch.line(attention(q, prompt[0], prompt[1]), cross + "to_out.0")));

    y = modulated(x, m.select(0, 4), m.select(0, 3)).to(type);
    Tensor hidden = gelu(torch.line(y, prefix + "ffn.net.0.proj"), "tanh");
    return x.add(f32(torch.line(hidden, prefix + "ffn.net.2")).mul(m.select(0, 5)));
  }

  private Tensor modulated(Tensor x, Tensor scale, Tensor shift) {
    Tensor normal =
        layer_norm(
            x, new long[] {config.dim()}, new TensorOptional(), new TensorOptional(), 1e-6, true);
    return normal.mul(scale.add(new Scalar(1.0f))).add(shift);
  }

  private Tensor rms(Tensor x, String weight) {
    return org.bytedeco.pytorch.global.torch.rms_norm(
        x,
        new long[] {config.dim()},
        new TensorOptional(torch.weight(weight)),
        new org.bytedeco.pytorch.DoubleOptional(1e-6));
  }

  private Tensor heads(Tensor x) {
    return x.view(1, x.size(0), config.headCount(), config.headDim()).transpose(1, 2);
  }

  private Tensor rotated(Tensor x) {
    Tensor pairs = f32(x).view(x.size(0), config.headCount(), config.headDim() / 2, 2);
    Tensor a = pairs.select(3, 0);
    Tensor b = pairs.select(3, 1);
    Tensor even = a.mul(cos).sub(b.mul(sin));
    Tensor odd = a.mul(sin).add(b.mul(cos));
    Tensor turned = stack(new TensorVector(even, odd), -1);
    return heads(turned.view(x.size(0), config.dim()).to(type));
  }

  private Tensor attention(Tensor q, Tensor k, Tensor v) {
    return scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(q.size(2), config.dim());
  }
}
