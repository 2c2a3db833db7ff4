package dev.longtake.ops.fuzz;

import dev.longtake.denoise.SamplerStateForm;
import dev.longtake.digest.Digest;
import dev.longtake.draft.DraftMap;
import dev.longtake.draft.DraftMapCodec;
import dev.longtake.error.ErrorCode;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Binary forms that workers send to the coordinator and to one another. */
final class CodecTargets {

  private static final Set<ErrorCode> REFUSALS = Set.of(ErrorCode.DATA_CORRUPT);
  private static final long ALLOCATION_MAX = 8L << 20;
  private static final int AFTER_VERSION = 8;
  private static final int SLAB_AXES = 4;

  private CodecTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        target(
            "slab",
            input -> {
              SlabCodec.check(input);
              require(Arrays.equals(SlabCodec.encode(SlabCodec.decode(input)), input));
            },
            CodecTargets::withContentDigest,
            SlabCodec.encode(new Slab(2, 1, 2, 2, new float[] {1, 2, 3, -4, 5, 6, 7, 8}))),
        target(
            "checkpoint",
            input -> {
              var _ = CheckpointCodec.check(input);
              require(Arrays.equals(CheckpointCodec.encode(CheckpointCodec.decode(input)), input));
            },
            CodecTargets::withDigestOfAll,
            CheckpointCodec.encode(
                new Checkpoint(
                    new Checkpoint.Origin("cpu-avx2-f32-1", Digest.ofText("x"), 2, 3, 4, 5),
                    2,
                    new byte[] {1, 2, 3, 4, 5}))),
        target(
            "sampler-state",
            input -> {
              SamplerStateForm.View state = SamplerStateForm.open(input);
              List<float[]> tensors = new ArrayList<>();
              for (int i = 0; i < state.tensorCount(); i++) {
                float[] tensor = new float[state.length()];
                state.read(i, 0, tensor);
                tensors.add(tensor);
              }
              require(Arrays.equals(SamplerStateForm.encode(state.stepIndex(), tensors), input));
            },
            UnaryOperator.identity(),
            SamplerStateForm.encode(3, List.of(new float[] {1, 2}, new float[] {3, 4}))),
        target(
            "draft-map",
            input ->
                require(Arrays.equals(DraftMapCodec.encode(DraftMapCodec.decode(input)), input)),
            CodecTargets::withDigestOfAll,
            DraftMapCodec.encode(new DraftMap(1, 1, new float[] {1, 2, 3, 4, 5, 6}))),
        target(
            "latents",
            input -> {
              var _ = LatentsCodec.shape(input, input.length);
              require(Arrays.equals(LatentsCodec.encode(LatentsCodec.decode(input)), input));
            },
            UnaryOperator.identity(),
            LatentsCodec.encode(new Latents(1, 2, 2, 1, new float[] {1, 2, 3, 4}))),
        target(
            "frames",
            input -> {
              var _ = FramesCodec.shape(input);
              FrameRun frames = FramesCodec.decode(input);
              FrameRun again = FramesCodec.decode(FramesCodec.encode(frames));
              require(Arrays.equals(again.rgb(), frames.rgb()));
            },
            UnaryOperator.identity(),
            FramesCodec.encode(new FrameRun(2, 1, 2, new byte[12]))));
  }

  /** What is read comes back as the same bytes: else two digests would name one thing. */
  private static void require(boolean isSame) {
    if (!isSame) {
      throw new FuzzTarget.BrokenPromise("expected the same bytes again, found others", null);
    }
  }

  private static FuzzTarget target(
      String name, FuzzTarget.Reader reader, UnaryOperator<byte[]> seal, byte[] seed) {
    return new FuzzTarget(
        name, reader, REFUSALS, ALLOCATION_MAX, ByteChange.with().then(seal), () -> List.of(seed));
  }

  /** As somebody would write it who knows the form. */
  private static byte[] withContentDigest(byte[] input) {
    return withDigest(input, AFTER_VERSION + SLAB_AXES * Integer.BYTES);
  }

  private static byte[] withDigestOfAll(byte[] input) {
    return withDigest(input, AFTER_VERSION);
  }

  private static byte[] withDigest(byte[] input, int at) {
    int from = at + Digest.BYTE_COUNT;
    if (input.length < from) {
      return input;
    }
    byte[] sealed = input.clone();
    Digest digest = Digest.of(ByteBuffer.wrap(sealed, from, sealed.length - from));
    ByteBuffer.wrap(sealed).put(at, digest.toBytes());
    return sealed;
  }
}
