package dev.longtake.coordinator.film;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import dev.longtake.story.FrameSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.PointerPointer;

/**
 * What a player finds in a video file, all frames decoded.
 *
 * @param firstLuma the first frame's luma in its upper right corner
 */
record DecodedVideo(
    String codec, FrameSize size, int frameCount, double seconds, int firstLuma, Timing timing) {

  /**
   * When its frames are seen.
   *
   * @param timeBase seconds of a unit: {@code 1/24000}
   * @param rate frames a second: {@code 24000/1001}
   * @param frameUnits how many units each frame takes, each number once
   * @param unitCount units of the whole
   */
  record Timing(String timeBase, String rate, Set<Long> frameUnits, long unitCount) {}

  static DecodedVideo read(Path file) throws IOException {
    AVFormatContext container = new AVFormatContext(null);
    check(
        avformat_open_input(container, file.toString(), (AVInputFormat) null, (AVDictionary) null));
    check(avformat_find_stream_info(container, (PointerPointer<?>) null));
    AVStream stream = container.streams(0);
    AVCodecContext decoder =
        avcodec_alloc_context3(avcodec_find_decoder(stream.codecpar().codec_id()));
    check(avcodec_parameters_to_context(decoder, stream.codecpar()));
    check(avcodec_open2(decoder, decoder.codec(), (AVDictionary) null));
    AVPacket packet = av_packet_alloc();
    AVFrame frame = av_frame_alloc();
    int frameCount = 0;
    int firstLuma = 0;
    Set<Long> frameUnits = new TreeSet<>();
    long lastStart = -1;
    boolean more = true;
    while (more) {
      more = av_read_frame(container, packet) >= 0;
      if (more) {
        frameUnits.add(packet.duration());
        if (lastStart >= 0) {
          frameUnits.add(packet.pts() - lastStart);
        }
        lastStart = packet.pts();
      }
      check(avcodec_send_packet(decoder, more ? packet : null));
      while (avcodec_receive_frame(decoder, frame) >= 0) {
        if (frameCount++ == 0) {
          firstLuma = frame.data(0).get(frame.width() - 4L) & 0xFF;
        }
      }
      av_packet_unref(packet);
    }
    double seconds =
        (double) stream.duration() * stream.time_base().num() / stream.time_base().den();
    DecodedVideo video =
        new DecodedVideo(
            avcodec_get_name(stream.codecpar().codec_id()).getString(),
            new FrameSize(stream.codecpar().width(), stream.codecpar().height()),
            frameCount,
            seconds,
            firstLuma,
            new Timing(
                text(stream.time_base()),
                text(stream.avg_frame_rate()),
                Set.copyOf(frameUnits),
                stream.duration()));
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(decoder);
    avformat_close_input(container);
    return video;
  }

  private static String text(AVRational number) {
    return number.num() + "/" + number.den();
  }

  private static void check(int result) throws IOException {
    if (result < 0) {
      throw new IOException("FFmpeg: " + result);
    }
  }
}
