package dev.longtake.ops.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.picture.Pixels;
import dev.longtake.story.FrameSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipReaderTest {

  private static final FrameSize ODD = new FrameSize(16, 9);

  @TempDir private Path folder;

  /** One white frame, not compressed: a codec would not take an odd height. */
  private Path white() throws IOException {
    ByteArrayOutputStream clip = new ByteArrayOutputStream();
    clip.writeBytes(
        "YUV4MPEG2 W%d H%d F8:1 Ip A1:1 C420jpeg\nFRAME\n"
            .formatted(ODD.width(), ODD.height())
            .getBytes(StandardCharsets.US_ASCII));
    byte[] luma = new byte[ODD.pixelCount()];
    Arrays.fill(luma, (byte) 235);
    byte[] chroma = new byte[2 * Math.ceilDiv(ODD.width(), 2) * Math.ceilDiv(ODD.height(), 2)];
    Arrays.fill(chroma, (byte) 128);
    clip.writeBytes(luma);
    clip.writeBytes(chroma);
    return Files.write(folder.resolve("clip.y4m"), clip.toByteArray());
  }

  @Test
  void next_ofAnOddHeight_hasTheColourOfTheLastLine() throws IOException {
    try (ClipReader clip = new ClipReader(white(), ODD)) {
      Pixels frame = clip.next();

      assertThat(frame).isNotNull();
      assertThat(frame.rgb()).hasSize(3 * ODD.pixelCount()).containsOnly(255);
      assertThat(clip.next()).isNull();
    }
  }

  @Test
  void next_ofAnotherSize_isRefused() throws IOException {
    try (ClipReader clip = new ClipReader(white(), new FrameSize(16, 10))) {
      assertThatThrownBy(clip::next)
          .isInstanceOfSatisfying(
              LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_UNUSABLE))
          .hasMessageContaining("expected frames of 16x10, as the manifest says, found 16x9");
    }
  }
}
