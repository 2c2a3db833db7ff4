package dev.longtake.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.latent.KeyedNoise;
import dev.longtake.latent.Latents;
import dev.longtake.lease.Work.DecodeSegment;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Segment;
import dev.longtake.plan.SegmentPlan;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.Solver;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentDecodeTest {

  private static final RenderModel MODEL = new TinyModel();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 6, 17, 23})
  void decode_segmentsOfAShot_giveTheFramesOfTheWhole(int latentFrameCount) {
    ShotInputs shot = TinyFarm.shot("story", latentFrameCount, Solver.EULER, false);
    Latents latents = latents(latentFrameCount);
    ModelCard card = MODEL.card();
    int frameCount = 1 + (latentFrameCount - 1) * card.geometry().temporalFactor();
    SegmentPlan plan =
        SegmentPlan.of(frameCount, card.geometry().temporalFactor(), card.segmentPolicy());

    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (Segment segment : plan.segments()) {
      frames.writeBytes(SegmentDecode.decode(MODEL, order(shot, segment), latents).rgb());
    }

    assertThat(frames.toByteArray()).isEqualTo(whole(latents).rgb());
  }

  @Test
  void decode_lastSegmentCutShort_keepsItsFirstFrames() {
    ShotInputs shot = TinyFarm.shot("story", 6, Solver.EULER, false);
    Latents latents = latents(6);

    FrameRun frames =
        SegmentDecode.decode(
            MODEL, new DecodeSegment(shot, 5, 1, 2, Digest.ofText("latents"), 3), latents);

    FrameRun whole = whole(latents);
    byte[] expected =
        java.util.Arrays.copyOfRange(whole.rgb(), 17 * whole.frameBytes(), 20 * whole.frameBytes());
    assertThat(frames.rgb()).isEqualTo(expected);
  }

  @Test
  void decode_latentsOfAnotherLength_areRefused() {
    ShotInputs shot = TinyFarm.shot("story", 7, Solver.EULER, false);
    DecodeSegment order = new DecodeSegment(shot, 0, 5, 0, Digest.ofText("latents"), 17);

    assertThatThrownBy(() -> SegmentDecode.decode(MODEL, order, latents(6)))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DATA_CORRUPT));
  }

  private static DecodeSegment order(ShotInputs shot, Segment segment) {
    return new DecodeSegment(
        shot,
        segment.firstLatentFrame(),
        segment.latentFrameCount(),
        segment.halo(),
        Digest.ofText("latents"),
        segment.frameCount());
  }

  private static FrameRun whole(Latents latents) {
    float[] channelMajor = new float[latents.values().length];
    LatentLayout.toChannelMajor(
        latents.values(), channelMajor, latents.frameCount(), latents.channels(), 8);
    return MODEL.decode(channelMajor, latents.frameCount(), 2, 4);
  }

  private static Latents latents(int frameCount) {
    int frameSize = TinyModel.CHANNELS * 8;
    float[] values = new float[frameCount * frameSize];
    for (int frame = 0; frame < frameCount; frame++) {
      KeyedNoise.fill(values, frame * frameSize, frameSize, 3, frame);
    }
    return new Latents(frameCount, TinyModel.CHANNELS, 2, 4, values);
  }
}
