package dev.longtake.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PictureFileTest {

  @Test
  void read_transparentPng_isWhiteWhereNothingIs() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xff102030);

    PictureFile.Pixels pixels = PictureFile.read(png(image), "fox.png");

    assertThat(pixels.rgb()).containsExactly(0x10, 0x20, 0x30, 255, 255, 255);
  }

  @Test
  void read_claimsAHugeSize_isRefusedBeforeDecoding() throws IOException {
    byte[] file = png(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    ByteBuffer header = ByteBuffer.wrap(file);
    header.putInt(16, 100_000).putInt(20, 100_000);
    CRC32 crc = new CRC32();
    crc.update(file, 12, 17);
    header.putInt(29, (int) crc.getValue());

    assertRefused(file, "100000 x 100000");
  }

  @Test
  void read_longStrip_isRefused() throws IOException {
    assertRefused(png(new BufferedImage(1, 40, BufferedImage.TYPE_INT_RGB)), "20 : 1");
  }

  @Test
  void read_noPicture_isRefused() {
    assertRefused(new byte[] {1, 2, 3}, "PNG or JPEG");
  }

  @Test
  void read_cutOff_isRefused() throws IOException {
    byte[] file = png(new BufferedImage(30, 30, BufferedImage.TYPE_INT_RGB));

    assertRefused(java.util.Arrays.copyOf(file, 45), "cannot be read");
  }

  private static void assertRefused(byte[] file, String words) {
    assertThatThrownBy(() -> PictureFile.read(file, "fox.png"))
        .hasMessageContaining("fox.png")
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PICTURE_INVALID));
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "png", file);
    return file.toByteArray();
  }
}
