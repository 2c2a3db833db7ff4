package dev.longtake.vae;

import static dev.longtake.error.Require.require;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes pictures through the VAE tile by tile where a whole one would need too much memory. Tiles
 * overlap and are blended linearly there: with the tile above first, then with the one on the left,
 * each as it was blended itself. What comes out differs a little from the whole picture's, because
 * a tile does not see past its edges.
 *
 * @param size of a tile in pixels, both ways
 * @param stride from tile to tile in pixels; at most {@code size}
 * @see <a href="https://github.com/huggingface/diffusers">AutoencoderKLWan.tiled_decode</a>
 */
record VaeTiles(int size, int stride) {

  private static final int COLORS = 3;

  /** What the reference implementation takes. */
  static final VaeTiles PUBLISHED = new VaeTiles(256, 192);

  /**
   * The most values of a frame, at the decoder's last level, of a picture that goes through whole.
   * With Wan 2.1's 96 channels that is up to 524,288 pixels: 480 x 832, for which it was made
   * first, but not 720 x 1280.
   */
  private static final long WHOLE_VALUES_MAX = 48L << 20;

  VaeTiles {
    require(size > 0 && stride > 0 && stride <= size, "tiles of %d every %d pixels", size, stride);
  }

  /**
   * How a picture is taken through a VAE; empty: whole. By the sizes of both alone, never by the
   * memory at hand, because tiles change the picture.
   *
   * @param height in pixels
   * @param width in pixels
   */
  static Optional<VaeTiles> of(VaeConfig config, int height, int width) {
    long cells = (long) (height / config.patchSize()) * (width / config.patchSize());
    long values = cells * config.decoderChannels().getLast();
    return values > WHOLE_VALUES_MAX ? Optional.of(PUBLISHED) : Optional.empty();
  }

  /** Takes one tile through the VAE as if it were a whole picture. */
  @FunctionalInterface
  interface TileCoder {
    /**
     * Takes it through.
     *
     * @param tile {@code (..., rows, columns)}
     */
    float[] code(float[] tile, int rows, int columns);
  }

  /** Encodes one tile of nothing. */
  @FunctionalInterface
  interface BlankCoder {
    float[] code(int rows, int columns);
  }

  /** Values {@code (outer, height, width, inner)}, row-major. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Block(float[] values, int outer, int height, int width, int inner) {

    int at(int plane, int y, int x) {
      return ((plane * height + y) * width + x) * inner;
    }

    Block part(int top, int left, int rows, int columns) {
      Block part =
          new Block(new float[outer * rows * columns * inner], outer, rows, columns, inner);
      for (int plane = 0; plane < outer; plane++) {
        for (int y = 0; y < rows; y++) {
          int from = at(plane, top + y, left);
          System.arraycopy(values, from, part.values, part.at(plane, y, 0), columns * inner);
        }
      }
      return part;
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

  /** Computes one tile, of that part of the whole. */
  private interface TileMaker {
    Block make(int top, int left, int rows, int columns);
  }

  /**
   * One way through the VAE.
   *
   * @param height of what goes in, in its own cells, as {@code width}, {@code tile} and {@code
   *     step}
   * @param outTile side of what comes out of a tile, as {@code outStep}
   * @param outWidth of the whole result, as {@code outHeight}
   */
  private record Way(
      int height,
      int width,
      int tile,
      int step,
      int outHeight,
      int outWidth,
      int outTile,
      int outStep) {

    int columns() {
      return Math.ceilDiv(width, step);
    }

    void run(TileMaker maker, ValueSink sink) {
      Block[] above = new Block[columns()];
      for (int row = 0; row * step < height; row++) {
        for (int column = 0; column < above.length; column++) {
          int top = row * step;
          int left = column * step;
          Block done =
              maker.make(top, left, Math.min(tile, height - top), Math.min(tile, width - left));
          if (row > 0) {
            done.blendBelow(above[column], outTile - outStep);
          }
          if (column > 0) {
            done.blendRightOf(above[column - 1], outTile - outStep);
          }
          above[column] = done;
          give(done, row * outStep, column * outStep, sink);
        }
      }
    }

    /** Gives away the upper left part of a tile, which no other tile changes any more. */
    private void give(Block done, int top, int left, ValueSink sink) {
      int rows = Math.min(outStep, done.height);
      int columns = Math.min(outStep, done.width);
      for (int plane = 0; plane < done.outer; plane++) {
        for (int y = 0; y < rows; y++) {
          int at = ((plane * outHeight + top + y) * outWidth + left) * done.inner;
          sink.put(at, done.values, done.at(plane, y, 0), columns * done.inner);
        }
      }
    }
  }

  private Way decoding(int factor, int height, int width) {
    return new Way(
        height,
        width,
        size / factor,
        stride / factor,
        height * factor,
        width * factor,
        size,
        stride);
  }

  private Way encoding(int factor, int height, int width) {
    return new Way(
        height,
        width,
        size,
        stride,
        height / factor,
        width / factor,
        size / factor,
        stride / factor);
  }

  /**
   * Decodes latents.
   *
   * @param latents {@code (C, latentFrameCount, height, width)}
   * @param sink of values of {@code (frames, height * factor, width * factor, 3)}
   */
  void decode(
      VaeConfig config,
      float[] latents,
      int latentFrameCount,
      int height,
      int width,
      TileCoder decoder,
      ValueSink sink) {
    int factor = config.spatialFactor();
    int frames = config.frames(latentFrameCount);
    var whole = new Block(latents, config.latentChannels() * latentFrameCount, height, width, 1);
    decoding(factor, height, width)
        .run(
            (top, left, rows, columns) -> {
              float[] part = whole.part(top, left, rows, columns).values();
              float[] video = decoder.code(part, rows, columns);
              return new Block(video, frames, rows * factor, columns * factor, COLORS);
            },
            sink);
  }

  /**
   * Bytes of pixels that are held at one time while tiles are decoded and blended.
   *
   * @param height in latent cells, as {@code width}
   */
  long heldBytes(VaeConfig config, int latentFrameCount, int height, int width) {
    int columns = decoding(config.spatialFactor(), height, width).columns();
    return (columns + 1L) * config.frames(latentFrameCount) * size * size * COLORS * Float.BYTES;
  }

  /**
   * Encodes a video.
   *
   * @param video {@code (3, frameCount, height, width)}
   * @return {@code (C, latentFrames, height / factor, width / factor)}
   */
  float[] encode(
      VaeConfig config, float[] video, int frameCount, int height, int width, TileCoder encoder) {
    var whole = new Block(video, COLORS * frameCount, height, width, 1);
    return encode(
        config,
        config.latentFrames(frameCount),
        height,
        width,
        (top, left, rows, columns) ->
            encoder.code(whole.part(top, left, rows, columns).values(), rows, columns));
  }

  /** Encodes a video of nothing: tiles of one size are equal and computed once. */
  float[] encodeBlank(
      VaeConfig config, int latentFrameCount, int height, int width, BlankCoder encoder) {
    Map<List<Integer>, float[]> known = new HashMap<>();
    return encode(
        config,
        latentFrameCount,
        height,
        width,
        (top, left, rows, columns) ->
            known
                .computeIfAbsent(List.of(rows, columns), extent -> encoder.code(rows, columns))
                .clone());
  }

  /** Encodes the tile at a place. */
  private interface PlaceCoder {
    float[] code(int top, int left, int rows, int columns);
  }

  private float[] encode(
      VaeConfig config, int latentFrameCount, int height, int width, PlaceCoder encoder) {
    int factor = config.spatialFactor();
    int planes = config.latentChannels() * latentFrameCount;
    float[] latents = new float[planes * (height / factor) * (width / factor)];
    encoding(factor, height, width)
        .run(
            (top, left, rows, columns) ->
                new Block(
                    encoder.code(top, left, rows, columns),
                    planes,
                    rows / factor,
                    columns / factor,
                    1),
            (at, values, from, count) -> System.arraycopy(values, from, latents, at, count));
    return latents;
  }
}
