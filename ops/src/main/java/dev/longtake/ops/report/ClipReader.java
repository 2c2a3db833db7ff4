package dev.longtake.ops.report;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import dev.longtake.consistency.look.Rasters;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.picture.Pixels;
import dev.longtake.story.FrameSize;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a clip that Longtake wrote, in order, at most {@link Rasters#WIDTH_MAX} wide.
 */
final class ClipReader implements AutoCloseable {

  private final Path file;
  private final FrameSize size;
  private final Opened parts = new Opened();
  private final AVFormatContext container = new AVFormatContext(null);
  private final AVCodecContext decoder;
  private final AVPacket packet;
  private final AVFrame frame;
  private boolean isDrained;

  /**
   * Opens it.
   *
   * @param size of each of its frames
   * @throws LongtakeException {@code FILE_UNUSABLE} if it is not a video that can be read
   */
  ClipReader(Path file, FrameSize size) {
    this.file = file;
    this.size = size;
    av_log_set_level(AV_LOG_FATAL);
    try (Opened opened = new Opened()) {
      opened.add(parts);
      check(
          avformat_open_input(
              container, file.toString(), (AVInputFormat) null, (AVDictionary) null));
      parts.add(() -> avformat_close_input(container));
      check(avformat_find_stream_info(container, (PointerPointer<?>) null));
      if (container.nb_streams() < 1) {
        throw unusable();
      }
      AVCodec codec = avcodec_find_decoder(container.streams(0).codecpar().codec_id());
      if (codec == null || codec.isNull()) {
        throw unusable();
      }
      decoder = avcodec_alloc_context3(codec);
      parts.add(() -> avcodec_free_context(decoder));
      check(avcodec_parameters_to_context(decoder, container.streams(0).codecpar()));
      check(avcodec_open2(decoder, codec, (AVDictionary) null));
      packet = av_packet_alloc();
      parts.add(() -> av_packet_free(packet));
      frame = av_frame_alloc();
      parts.add(() -> av_frame_free(frame));
      opened.keep(parts);
    }
  }

  /**
   * The next frame, null after the last.
   *
   * @throws LongtakeException {@code FILE_UNUSABLE} if it cannot be read or is of another size
   */
  @Nullable Pixels next() {
    while (avcodec_receive_frame(decoder, frame) < 0) {
      if (isDrained) {
        return null;
      }
      isDrained = av_read_frame(container, packet) < 0;
      if (isDrained) {
        check(avcodec_send_packet(decoder, (@Nullable AVPacket) null));
      } else {
        check(avcodec_send_packet(decoder, packet));
        av_packet_unref(packet);
      }
    }
    if (frame.format() != AV_PIX_FMT_YUV420P) {
      throw unusable();
    }
    if (frame.width() != size.width() || frame.height() != size.height()) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE,
          "%s: expected frames of %s, as the manifest says, found %dx%d"
              .formatted(file, size, frame.width(), frame.height()));
    }
    return pixels();
  }

  /** Factors of ITU-R BT.709, for luma from 16 to 235 and chroma from 16 to 240. */
  private Pixels pixels() {
    int factor = Math.ceilDiv(frame.width(), Rasters.WIDTH_MAX);
    int width = frame.width() / factor;
    int height = Math.max(1, frame.height() / factor);
    Plane luma = plane(0, frame.height());
    Plane blue = plane(1, Math.ceilDiv(frame.height(), 2));
    Plane red = plane(2, Math.ceilDiv(frame.height(), 2));
    byte[] rgb = new byte[Pixels.COLORS * width * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double y = 1.164384 * (luma.mean(column, row, factor) - 16);
        double cb = blue.halfMean(column, row, factor) - 128;
        double cr = red.halfMean(column, row, factor) - 128;
        int at = Pixels.COLORS * (row * width + column);
        rgb[at] = level(y + 1.792741 * cr);
        rgb[at + 1] = level(y - 0.213249 * cb - 0.532909 * cr);
        rgb[at + 2] = level(y + 2.112402 * cb);
      }
    }
    return new Pixels(rgb, width, height);
  }

  private static byte level(double value) {
    return (byte) Math.clamp(Math.round(value), 0, 255);
  }

  /** One plane of a frame; chroma has half the lines and columns, rounded up. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Plane(byte[] bytes, int stride) {

    double mean(int column, int row, int factor) {
      int sum = 0;
      for (int y = row * factor; y < (row + 1) * factor; y++) {
        for (int x = column * factor; x < (column + 1) * factor; x++) {
          sum += bytes[y * stride + x] & 0xFF;
        }
      }
      return (double) sum / (factor * factor);
    }

    double halfMean(int column, int row, int factor) {
      int half = Math.max(1, factor / 2);
      int top = row * factor / 2;
      int left = column * factor / 2;
      int sum = 0;
      for (int y = top; y < top + half; y++) {
        for (int x = left; x < left + half; x++) {
          sum += bytes[y * stride + x] & 0xFF;
        }
      }
      return (double) sum / (half * half);
    }
  }

  private Plane plane(int index, int height) {
    int stride = frame.linesize(index);
    byte[] bytes = new byte[stride * height];
    frame.data(index).capacity(bytes.length).get(bytes);
    return new Plane(bytes, stride);
  }

  @Override
  public void close() {
    parts.close();
  }

  private void check(int result) {
    if (result < 0) {
      throw unusable();
    }
  }

  private LongtakeException unusable() {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE,
        "%s: expected a clip that longtake made, found something that cannot be decoded"
            .formatted(file));
  }
}
