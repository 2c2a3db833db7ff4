package dev.longtake.coordinator.draft;

import dev.longtake.draft.DraftMap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Frames of a draft, one under the other, of one size. However large the film is, a frame has at
 * most {@value #SIDE_MAX} pixels each way: where the map would give more it gives one for each
 * latent cell, and where there are more cells some are passed over.
 */
final class Strip {

  /** Pixels of a frame each way, at most. */
  static final int SIDE_MAX = 256;

  private static final int UNKNOWN = 128;

  private final DraftMap map;
  private final int cellsDown;
  private final int cellsAcross;
  private final int rows;
  private final int columns;
  private final int stride;
  private final List<int[]> frames = new ArrayList<>();

  private Strip(DraftMap map, int cellsDown, int cellsAcross) {
    int longer = Math.max(cellsDown, cellsAcross);
    this.map = longer * map.patch() <= SIDE_MAX ? map : map.coarse();
    this.cellsDown = cellsDown;
    this.cellsAcross = cellsAcross;
    this.stride = Math.ceilDiv(longer, SIDE_MAX);
    this.rows = Math.ceilDiv(cellsDown, stride);
    this.columns = Math.ceilDiv(cellsAcross, stride);
  }

  /** One for latents such as these; empty if the map is of others. */
  static Optional<Strip> of(DraftMap map, ChunkLatents latents) {
    return latents.channels() == map.channels()
        ? Optional.of(new Strip(map, latents.height(), latents.width()))
        : Optional.empty();
  }

  /** Pixels of a frame. */
  int width() {
    return columns * map.patch();
  }

  /** Pixels of a frame. */
  int height() {
    return rows * map.patch();
  }

  /** Frames so far. */
  int frameCount() {
    return frames.size();
  }

  /**
   * Adds frames of a chunk.
   *
   * @param shown which, by their places within the shot
   * @return false if they are of another shape than those before; nothing is added then
   */
  boolean add(ChunkLatents latents, List<Integer> shown) {
    boolean fits =
        latents.channels() == map.channels()
            && latents.height() == cellsDown
            && latents.width() == cellsAcross;
    if (fits) {
      shown.forEach(frame -> frames.add(pixels(latents.frames().apply(frame))));
    }
    return fits;
  }

  private int[] pixels(float[] latents) {
    int[] frame = new int[width() * height()];
    float[] cell = new float[map.channels()];
    float[] pixels = new float[3 * map.patch() * map.patch()];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        for (int c = 0; c < cell.length; c++) {
          cell[c] = latents[(c * cellsDown + row * stride) * cellsAcross + column * stride];
        }
        map.apply(cell, pixels);
        put(pixels, row, column, frame);
      }
    }
    return map.patch() > 1 ? Softening.of(frame, width(), height()) : frame;
  }

  private void put(float[] pixels, int row, int column, int[] frame) {
    int patch = map.patch();
    for (int i = 0; i < patch * patch; i++) {
      int x = column * patch + i % patch;
      int y = row * patch + i / patch;
      frame[y * width() + x] =
          level(pixels[3 * i]) << 16 | level(pixels[3 * i + 1]) << 8 | level(pixels[3 * i + 2]);
    }
  }

  /** 0 to 255; what is no number is grey. */
  private static int level(float value) {
    return Float.isFinite(value) ? Math.round((Math.clamp(value, -1f, 1f) + 1f) * 127.5f) : UNKNOWN;
  }

  /** The strip as PNG. */
  byte[] png() {
    var image = new BufferedImage(width(), height() * frames.size(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < frames.size(); i++) {
      image.setRGB(0, i * height(), width(), height(), frames.get(i), 0, width());
    }
    var bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java runtime cannot write PNG");
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written to", e);
    }
    return bytes.toByteArray();
  }
}
