package dev.longtake.vae;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.model.GoldenModel;
import dev.longtake.model.RandomModel;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.CountingBackend;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.ElementTypes;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.Golden;
import dev.longtake.weights.WeightSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pictures go in tiles, what that costs, and that nothing is left out. */
class VaeTilesTest {

  @TempDir private Path folder;

  private VaeConfig published() throws IOException {
    return VaeConfig.read(
        ConfigFile.read(Files.writeString(folder.resolve("config.json"), RandomModel.VAE)));
  }

  @ParameterizedTest
  @CsvSource({"256,256,false", "480,832,false", "832,480,false", "720,1280,true", "1280,720,true"})
  void of_theVaeOfWan21_isTiledAbove480p(int height, int width, boolean isTiled)
      throws IOException {
    assertThat(VaeTiles.of(published(), height, width).isPresent()).isEqualTo(isTiled);
  }

  @Test
  void of_aVaeWithFewerChannels_isTiledAtLargerPictures() {
    VaeConfig tiny = GoldenModel.vaeConfig();
    int side = 1024 * 96 / tiny.decoderDim();

    assertThat(VaeTiles.of(tiny, 720, 1280)).isEmpty();
    assertThat(VaeTiles.of(tiny, side, side)).contains(VaeTiles.PUBLISHED);
  }

  /** Weights of which only it matters that none is zero. */
  private record Ones(Map<String, Shape> shapes) implements WeightSource {
    @Override
    public Set<String> names() {
      return shapes.keySet();
    }

    @Override
    public Shape shape(String name) {
      return Objects.requireNonNull(shapes.get(name), name);
    }

    @Override
    public DType dtype(String name) {
      return DType.F32;
    }

    @Override
    public void readF32(String name, long firstElement, MemorySegment destination) {
      destination.fill((byte) 1);
    }
  }

  /** A whole picture's decoding grows with the picture, a tiled one's does not. */
  @Test
  void decodeAndEncode_of720p_needNoMoreThanOneTile() throws IOException {
    try (var backend = new CountingBackend(ElementTypes.F32)) {
      WanVae vae =
          WanVae.load(backend, published(), new Ones(VaeTensors.publicShapes(published())));

      assertThat(decodingBytes(vae, backend, 720, 1280))
          .isEqualTo(decodingBytes(vae, backend, 256, 256));
      assertThat(encodingBytes(vae, backend, 720, 1280))
          .isEqualTo(encodingBytes(vae, backend, 256, 256));
      long tile = decodingBytes(vae, backend, 256, 256);
      long of480p = decodingBytes(vae, backend, 480, 832);
      assertThat(of480p).isGreaterThan(5 * tile);
      backend.resetPeak();
      long before = backend.usedBytes();
      vae.decodeWhole(new float[16 * 2 * 90 * 160], 2, 90, 160);
      long whole720p = backend.peakBytes() - before;
      assertThat(whole720p).isGreaterThan(2 * of480p);
      System.getLogger("memory")
          .log(
              System.Logger.Level.INFO,
              "decoding with the VAE of Wan 2.1: a tile %d MiB, 480x832 %d MiB, 720x1280 whole %d MiB"
                  .formatted(tile >> 20, of480p >> 20, whole720p >> 20));
      assertThat(vae.heldBytes(2, 60, 104)).isZero();
      // Seven tiles lie side by side in 1280 pixels; one more is being made.
      assertThat(vae.heldBytes(2, 90, 160)).isEqualTo(8L * 5 * 256 * 256 * 3 * Float.BYTES);
    }
  }

  private static long decodingBytes(WanVae vae, CountingBackend backend, int height, int width) {
    int cells = (height / 8) * (width / 8);
    backend.resetPeak();
    long before = backend.usedBytes();
    vae.decode(
        new float[16 * 2 * cells], 2, height / 8, width / 8, (at, values, from, count) -> {});
    return backend.peakBytes() - before;
  }

  private static long encodingBytes(WanVae vae, CountingBackend backend, int height, int width) {
    backend.resetPeak();
    long before = backend.usedBytes();
    assertThat(vae.encode(new float[3 * height * width], 1, height, width))
        .hasSize(16 * (height / 8) * (width / 8));
    return backend.peakBytes() - before;
  }

  @Test
  void encodeBlank_inTiles_equalsEncodingZerosInTiles() {
    int cell = GoldenModel.vaeConfig().spatialFactor();
    var tiles = new VaeTiles(4 * cell, 3 * cell);
    int height = 7 * cell;
    int width = 5 * cell;
    try (Backend backend = CpuBackend.create(2)) {
      WanVae vae = GoldenModel.vae(backend);
      int frames = vae.frames(3);

      float[] expected =
          vae.encode(tiles, new float[3 * frames * height * width], frames, height, width);
      float[] blank = vae.encodeBlank(tiles, 3, height, width);

      Golden.assertClose("blank", blank, expected, 0);
    }
  }

  @Test
  void decode_inTiles_givesEachValueOnce() {
    VaeConfig config = GoldenModel.vaeConfig();
    int cell = config.spatialFactor();
    var tiles = new VaeTiles(4 * cell, 3 * cell);
    int[] counts = new int[(1 + config.temporalFactor()) * 7 * 5 * cell * cell * 3];
    try (Backend backend = CpuBackend.create(2)) {
      WanVae vae = GoldenModel.vae(backend);
      float[] latents = new float[config.latentChannels() * 2 * 7 * 5];
      Random random = new Random(3);
      for (int i = 0; i < latents.length; i++) {
        latents[i] = (float) random.nextGaussian();
      }

      vae.decode(
          tiles,
          latents,
          2,
          7,
          5,
          (at, values, from, count) -> {
            for (int i = at; i < at + count; i++) {
              counts[i]++;
            }
          });
    }

    assertThat(counts).containsOnly(1);
  }
}
