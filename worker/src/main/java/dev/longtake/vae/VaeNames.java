package dev.longtake.vae;

/**
 * What the levels of a VAE are called in the public files: the encoder of Wan 2.1 counts blocks and
 * halvings in one list, that of Wan 2.2 groups them by level.
 */
record VaeNames(VaeConfig config) {

  String downBlock(int level, int block) {
    return config.residual()
        ? "encoder.down_blocks.%d.resnets.%d".formatted(level, block)
        : "encoder.down_blocks." + (level * (config.blocksPerLevel() + 1) + block);
  }

  String downsampler(int level) {
    return config.residual()
        ? "encoder.down_blocks.%d.downsampler".formatted(level)
        : "encoder.down_blocks."
            + (level * (config.blocksPerLevel() + 1) + config.blocksPerLevel());
  }

  String upBlock(int level, int block) {
    return "decoder.up_blocks.%d.resnets.%d".formatted(level, block);
  }

  String upsampler(int level) {
    return "decoder.up_blocks.%d.%s"
        .formatted(level, config.residual() ? "upsampler" : "upsamplers.0");
  }
}
