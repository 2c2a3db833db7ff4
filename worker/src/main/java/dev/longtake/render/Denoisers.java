package dev.longtake.render;

import org.jspecify.annotations.Nullable;

/** The passes of one denoise step: {@code unconditional} is null where guidance is off. */
record Denoisers(RenderModel.Denoiser conditional, RenderModel.@Nullable Denoiser unconditional)
    implements AutoCloseable {

  @Override
  public void close() {
    try (unconditional) {
      conditional.close();
    }
  }
}
