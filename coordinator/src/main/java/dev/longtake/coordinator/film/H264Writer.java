package dev.longtake.coordinator.film;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.story.FilmLimits;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to an MP4 file as H.264, by OpenH264 on one thread. The same frames give the same
 * bytes: nothing of the time or of the libraries' versions goes into the file.
 *
 * <p>The encoder is asked for by name: with another name, or in a build without it, FFmpeg would
 * quietly take MPEG-4 part 2.
 */
final class H264Writer implements FilmWriter {

  private static final String ENCODER = "libopenh264";

  private static final int QUANTISER_MIN = 8;
  private static final int QUANTISER_MAX = 24;
  private static final int KEY_FRAME_SECONDS = 2;

  private final Path file;
  private final FrameSize size;
  private final YuvFrame yuv;
  private final Opened parts = new Opened();
  private final AVFormatContext container = new AVFormatContext(null);
  private final AVCodecContext encoder;
  private final AVStream stream;
  private final AVFrame frame;
  private final AVPacket packet;
  private long frameCount;

  /**
   * Opens the file.
   *
   * @throws LongtakeException with {@link ErrorCode#ENGINE_FAILED} if FFmpeg cannot
   */
  H264Writer(Path file, FrameSize size, FrameRate frameRate) {
    this.file = file;
    this.size = size;
    this.yuv = new YuvFrame(size);
    av_log_set_level(AV_LOG_ERROR);
    AVCodec codec = avcodec_find_encoder_by_name(ENCODER);
    if (codec == null || codec.isNull() || codec.id() != AV_CODEC_ID_H264) {
      throw failed("expected FFmpeg to have the encoder " + ENCODER + ", found none", 0);
    }
    try (Opened opened = new Opened()) {
      opened.add(parts);
      check("container", avformat_alloc_output_context2(container, null, "mp4", file.toString()));
      parts.add(() -> avformat_free_context(container));
      container.flags(container.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
      encoder = openEncoder(codec, size, frameRate);
      stream = avformat_new_stream(container, null);
      check("stream", avcodec_parameters_from_context(stream.codecpar(), encoder));
      stream.time_base().num(frameRate.denominator()).den(frameRate.numerator());
      stream.avg_frame_rate().num(frameRate.numerator()).den(frameRate.denominator());
      openFile(frameRate);
      frame = newFrame(size);
      packet = av_packet_alloc();
      parts.add(() -> av_packet_free(packet));
      opened.keep(parts);
    }
  }

  private void openFile(FrameRate frameRate) {
    AVIOContext io = new AVIOContext(null);
    check("open", avio_open(io, file.toString(), AVIO_FLAG_WRITE));
    container.pb(io);
    parts.add(() -> avio_closep(container.pb()));
    AVDictionary options = new AVDictionary(null);
    av_dict_set(options, "movflags", "+faststart", 0);
    if (!frameRate.isWhole()) {
      // The film's length too is then said in whole units; FFmpeg's own are milliseconds.
      av_dict_set(options, "movie_timescale", Integer.toString(frameRate.numerator()), 0);
    }
    try {
      check("header", avformat_write_header(container, options));
    } finally {
      av_dict_free(options);
    }
  }

  private AVCodecContext openEncoder(AVCodec codec, FrameSize size, FrameRate frameRate) {
    AVCodecContext context = avcodec_alloc_context3(codec);
    parts.add(() -> avcodec_free_context(context));
    context.width(size.width()).height(size.height()).pix_fmt(AV_PIX_FMT_YUV420P);
    context.time_base().num(frameRate.denominator()).den(frameRate.numerator());
    context.framerate().num(frameRate.numerator()).den(frameRate.denominator());
    context.gop_size(KEY_FRAME_SECONDS * frameRate.nominalHz());
    context.thread_count(1);
    context.bit_rate(FilmLimits.bitRate(size, frameRate));
    context.qmin(QUANTISER_MIN).qmax(QUANTISER_MAX);
    context.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
    context.colorspace(AVCOL_SPC_BT709).color_range(AVCOL_RANGE_MPEG);
    context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT);
    AVDictionary options = new AVDictionary(null);
    av_dict_set(options, "rc_mode", "quality", 0);
    av_dict_set(options, "allow_skip_frames", "0", 0);
    try {
      check("encoder", avcodec_open2(context, codec, options));
    } finally {
      av_dict_free(options);
    }
    return context;
  }

  private AVFrame newFrame(FrameSize size) {
    AVFrame picture = av_frame_alloc();
    parts.add(() -> av_frame_free(picture));
    picture.format(AV_PIX_FMT_YUV420P).width(size.width()).height(size.height());
    picture.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
    picture.colorspace(AVCOL_SPC_BT709).color_range(AVCOL_RANGE_MPEG);
    check("picture", av_frame_get_buffer(picture, 0));
    return picture;
  }

  @Override
  public void write(byte[] rgb) {
    check("picture", av_frame_make_writable(frame));
    yuv.set(rgb);
    plane(0, yuv.y, size.width(), size.height());
    plane(1, yuv.cb, size.width() / 2, size.height() / 2);
    plane(2, yuv.cr, size.width() / 2, size.height() / 2);
    frame.pts(frameCount++);
    check("frame", avcodec_send_frame(encoder, frame));
    drain();
  }

  private void plane(int index, byte[] values, int width, int height) {
    int lineBytes = frame.linesize(index);
    BytePointer target = frame.data(index).capacity((long) lineBytes * height);
    for (int row = 0; row < height; row++) {
      target.position((long) row * lineBytes).put(values, row * width, width);
    }
    target.position(0);
  }

  private void drain() {
    while (true) {
      int result = avcodec_receive_packet(encoder, packet);
      if (result == AVERROR_EAGAIN() || result == AVERROR_EOF()) {
        return;
      }
      check("packet", result);
      packet.stream_index(0);
      packet.duration(1);
      av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
      check("write", av_interleaved_write_frame(container, packet));
      av_packet_unref(packet);
    }
  }

  @Override
  public void finish() {
    check("flush", avcodec_send_frame(encoder, (@Nullable AVFrame) null));
    drain();
    check("trailer", av_write_trailer(container));
  }

  @Override
  public void close() {
    parts.close();
  }

  private void check(String step, int result) {
    if (result < 0) {
      throw failed("FFmpeg failed at " + step, result);
    }
  }

  private LongtakeException failed(String what, int result) {
    return new LongtakeException(
        ErrorCode.ENGINE_FAILED,
        "%s: %s%s".formatted(file.getFileName(), what, result == 0 ? "" : " (" + result + ")"));
  }
}
