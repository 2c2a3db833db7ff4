package dev.longtake.coordinator.film;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.plan.Segment;
import dev.longtake.story.FrameSize;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a shot's frames; holds one decoded segment at a time. */
final class FootageReader {

  private final ArtifactSource artifacts;
  private final ShotFootage shot;
  private final Crop crop;
  private final ShotMeter meter;
  private int loadedIndex = -1;
  private @Nullable FrameRun loaded;

  /** Reads frames of the film's size. */
  FootageReader(ArtifactSource artifacts, ShotFootage shot, FrameSize size) {
    this.artifacts = artifacts;
    this.shot = shot;
    this.crop = new Crop(shot.plan().inputs().size(), size);
    this.meter = new ShotMeter(shot.plan().frameCount(), size);
  }

  /** What was seen of the shot once all its frames were read in order. */
  ShotMeter meter() {
    return meter;
  }

  /** The film's frame, RGB {@code (H, W, 3)}; cheap as long as frames are asked for in order. */
  byte[] frame(int frame) throws IOException {
    List<Segment> segments = shot.plan().segments().segments();
    int index = Math.max(0, loadedIndex);
    while (frame >= segments.get(index).firstFrame() + segments.get(index).frameCount()) {
      index++;
    }
    while (frame < segments.get(index).firstFrame()) {
      index--;
    }
    FrameRun run = load(index);
    byte[] rgb = crop.frame(run.rgb(), frame - segments.get(index).firstFrame());
    meter.see(frame, rgb);
    return rgb;
  }

  /** Lets go of the segment that is held. */
  void release() {
    loaded = null;
    loadedIndex = -1;
  }

  private FrameRun load(int index) throws IOException {
    FrameRun run = loaded;
    if (run != null && index == loadedIndex) {
      return run;
    }
    Digest digest = shot.segments().get(index);
    try (InputStream in = artifacts.open(digest)) {
      run = FramesCodec.decode(in.readAllBytes());
    }
    FrameSize size = crop.rendered();
    int frameCount = shot.plan().segments().segments().get(index).frameCount();
    if (run.count() != frameCount || run.width() != size.width() || run.height() != size.height()) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "shot %s segment %d: expected %d frames of %s, found %d of %dx%d"
              .formatted(
                  shot.plan().shot().id(),
                  index,
                  frameCount,
                  size,
                  run.count(),
                  run.width(),
                  run.height()));
    }
    loaded = run;
    loadedIndex = index;
    return run;
  }
}
