package dev.longtake.model;

import static dev.longtake.error.Require.require;

/**
 * Takes pictures through the VAE tile by tile where a whole one would not fit the memory. Tiles
 * overlap and are blended linearly there: with the tile above first, then with the one on the left,
 * each as it was blended itself. What comes out differs a little from the whole picture's, because
 * a tile does not see past its edges.
 *
 * @param size of a tile in pixels, both ways
 * @param stride from tile to tile in pixels; at most {@code size}
 * @see <a href="https://github.com/huggingface/diffusers">AutoencoderKLWan.tiled_decode</a>
 */
record VaeTiles(int size, int stride) {

  /** What the reference implementation takes. */
  static final VaeTiles PUBLISHED = new VaeTiles(256, 192);

  VaeTiles {
    require(size > 0 && stride > 0 && stride <= size, "tiles of %d every %d pixels", size, stride);
  }

  /** Values {@code (outer, height, width, inner)}, row-major. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Block(float[] values, int outer, int height, int width, int inner) {

    static Block empty(int outer, int height, int width, int inner) {
      return new Block(new float[outer * height * width * inner], outer, height, width, inner);
    }

    int at(int plane, int y, int x) {
      return ((plane * height + y) * width + x) * inner;
    }

    Block part(int top, int left, int rows, int columns) {
      int high = Math.min(rows, height - top);
      int wide = Math.min(columns, width - left);
      Block part = empty(outer, high, wide, inner);
      for (int plane = 0; plane < outer; plane++) {
        for (int y = 0; y < high; y++) {
          int from = at(plane, top + y, left);
          System.arraycopy(values, from, part.values, part.at(plane, y, 0), wide * inner);
        }
      }
      return part;
    }

    /** Copies the upper left corner of a tile here. */
    void put(Block tile, int top, int left, int rows, int columns) {
      int high = Math.min(Math.min(rows, tile.height), height - top);
      int wide = Math.min(Math.min(columns, tile.width), width - left);
      for (int plane = 0; plane < outer; plane++) {
        for (int y = 0; y < high; y++) {
          int to = at(plane, top + y, left);
          System.arraycopy(tile.values, tile.at(plane, y, 0), values, to, wide * inner);
        }
      }
    }

    void blendBelow(Block above, int rows) {
      int extent = Math.min(rows, Math.min(height, above.height));
      for (int plane = 0; plane < outer; plane++) {
        for (int y = 0; y < extent; y++) {
          for (int x = 0; x < width; x++) {
            int from = above.at(plane, above.height - extent + y, x);
            mix(at(plane, y, x), above, from, (float) y / extent);
          }
        }
      }
    }

    void blendRightOf(Block left, int columns) {
      int extent = Math.min(columns, Math.min(width, left.width));
      for (int plane = 0; plane < outer; plane++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < extent; x++) {
            int from = left.at(plane, y, left.width - extent + x);
            mix(at(plane, y, x), left, from, (float) x / extent);
          }
        }
      }
    }

    private void mix(int to, Block other, int from, float share) {
      for (int i = 0; i < inner; i++) {
        values[to + i] = other.values[from + i] * (1 - share) + values[to + i] * share;
      }
    }
  }

  /** Computes one tile. */
  private interface Work {
    Block compute(Block tile);
  }

  /** Takes every tile of {@code whole} through {@code work} into {@code out}. */
  private void run(
      Block whole, int tile, int step, Block out, int outTile, int outStep, Work work) {
    int columns = Math.ceilDiv(whole.width, step);
    Block[] above = new Block[columns];
    for (int row = 0; row * step < whole.height; row++) {
      for (int column = 0; column < columns; column++) {
        Block done = work.compute(whole.part(row * step, column * step, tile, tile));
        if (row > 0) {
          done.blendBelow(above[column], outTile - outStep);
        }
        if (column > 0) {
          done.blendRightOf(above[column - 1], outTile - outStep);
        }
        above[column] = done;
        out.put(done, row * outStep, column * outStep, outStep, outStep);
      }
    }
  }

  /** As {@link WanVae#decode}, in tiles. */
  float[] decode(WanVae vae, float[] latents, int latentFrameCount, int height, int width) {
    int factor = vae.config().spatialFactor();
    int channels = vae.config().latentChannels();
    Block whole = new Block(latents, channels * latentFrameCount, height, width, 1);
    Block out = Block.empty(vae.frames(latentFrameCount), height * factor, width * factor, 3);
    run(
        whole,
        size / factor,
        stride / factor,
        out,
        size,
        stride,
        tile -> {
          float[] video =
              vae.decodeUnlimited(tile.values(), latentFrameCount, tile.height(), tile.width());
          return new Block(
              video, out.outer(), tile.height() * factor, tile.width() * factor, out.inner());
        });
    return PixelPatches.limit(out.values());
  }

  /** As {@link WanVae#encode}, in tiles. */
  float[] encode(WanVae vae, float[] video, int frameCount, int height, int width) {
    int factor = vae.config().spatialFactor();
    int planes = vae.config().latentChannels() * vae.latentFrames(frameCount);
    Block whole = new Block(video, 3 * frameCount, height, width, 1);
    Block out = Block.empty(planes, height / factor, width / factor, 1);
    run(
        whole,
        size,
        stride,
        out,
        size / factor,
        stride / factor,
        tile ->
            new Block(
                vae.encode(tile.values(), frameCount, tile.height(), tile.width()),
                planes,
                tile.height() / factor,
                tile.width() / factor,
                1));
    return out.values();
  }
}
