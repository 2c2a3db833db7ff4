package dev.longtake.tensor.cuda;

import static dev.longtake.error.Require.require;

import dev.longtake.latent.ExchangeType;
import dev.longtake.latent.LatentLimits;
import dev.longtake.lifetime.Opened;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.SolverStep;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.TensorLatents;
import dev.longtake.tensor.cuda.CudaDriver.Stream;
import dev.longtake.tensor.cuda.PinnedPool.Piece;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chunk's latents on the device.
 *
 * <p>Kernels run on one stream and slabs travel on the other, so that a slab is under way while the
 * next chunk computes. Two waits are between them: an outgoing slab waits for the kernel that makes
 * it, and the update for what has come in. An incoming slab does not overtake the update that reads
 * the last one, since before it on its stream an outgoing one has waited for what came later.
 */
final class CudaLatents implements TensorLatents {

  private static final DType EXCHANGED =
      switch (ExchangeType.IN_USE) {
        case F16 -> DType.F16;
      };
  private static final int HISTORY_MAX = LatentLimits.STATE_TENSORS_MAX - 1;
  private static final int CORRECTOR_MAX = 4;
  private static final int PREDICTOR_MAX = 3;

  /** What the latents of one device share. */
  record Device(
      CudaDriver driver, Launcher launcher, CudaMemory memory, Staging staging, PinnedPool pool) {}

  /** An overlap: its frames, this chunk's slab and the neighbour's, on the device and beside it. */
  private record Overlap(Span span, Tensor own, Tensor other, Piece outgoing, Piece incoming) {}

  private final Device device;
  private final CudaDriver driver;
  private final Opened parts = new Opened();
  private final int channels;
  private final int frames;
  private final int cells;
  private final Tensor latents;
  private final List<Tensor> history = new ArrayList<>();
  private final Tensor conditional;
  private final Tensor unconditional;
  private final List<Overlap> overlaps = new ArrayList<>();
  private final Arguments arguments = new Arguments();
  private final long computed;

  CudaLatents(Device device, int channels, int frames, int height, int width) {
    this.device = device;
    this.driver = device.driver();
    this.channels = channels;
    this.frames = frames;
    this.cells = height * width;
    Shape shape = Shape.of(channels, frames, height, width);
    try (Opened opened = new Opened()) {
      opened.add(parts);
      latents = device.memory().allocate(DType.F32, shape, parts);
      for (int i = 0; i < HISTORY_MAX; i++) {
        history.add(device.memory().allocate(DType.F32, shape, parts));
      }
      conditional = device.memory().allocate(DType.F32, shape, parts);
      unconditional = device.memory().allocate(DType.F32, shape, parts);
      computed = device.pool().takeEvent();
      parts.add(() -> device.pool().giveEvent(computed));
      opened.keep(parts);
    }
  }

  @Override
  public Tensor latents() {
    return latents;
  }

  @Override
  public Tensor velocity(Pass pass) {
    return switch (pass) {
      case CONDITIONAL -> conditional;
      case UNCONDITIONAL -> unconditional;
    };
  }

  @Override
  public void write(SamplerState state) {
    upload(latents, state.latents());
    for (int i = 0; i < state.history().size(); i++) {
      upload(history.get(i), state.history().get(i));
    }
  }

  private void upload(Tensor to, float[] values) {
    require(
        values.length == to.elementCount(),
        "expected %d values, found %d",
        to.elementCount(),
        values.length);
    device.staging().upload(to.address(), MemorySegment.ofArray(values), 0, values.length);
  }

  @Override
  public SamplerState read(int stepIndex, int historyCount) {
    List<float[]> memory = history.subList(0, historyCount).stream().map(this::download).toList();
    return new SamplerState(stepIndex, download(latents), memory);
  }

  private float[] download(Tensor from) {
    float[] values = new float[Math.toIntExact(from.elementCount())];
    device.staging().download(values, 0, from.address(), values.length);
    return values;
  }

  @Override
  public void publish(Guiding guiding, List<Span> spans) {
    if (overlaps.isEmpty()) {
      spans.forEach(span -> overlaps.add(newOverlap(span)));
    }
    require(
        spans.equals(overlaps.stream().map(Overlap::span).toList()),
        "expected the same overlaps at every step, found %s",
        spans);
    for (Overlap overlap : overlaps) {
      Tensor own = overlap.own();
      begin(guiding, own, own.elementCount());
      overlap(overlap, null, null);
      overlap(null, null, null);
      guide(guiding);
      device.launcher().elements("sampler", "take_slab", own.elementCount(), 1, arguments);
    }
    driver.record(Stream.COMPUTE, computed);
    driver.wait(Stream.TRANSFER, computed);
    for (Overlap overlap : overlaps) {
      Piece piece = overlap.outgoing();
      Tensor own = overlap.own();
      driver.download(Stream.TRANSFER, piece.bytes(), own.address(), own.storage().byteSize());
      driver.record(Stream.TRANSFER, piece.event());
    }
  }

  private Overlap newOverlap(Span span) {
    Shape shape = Shape.of(span.count(), channels, cells);
    Tensor own = device.memory().allocate(EXCHANGED, shape, parts);
    Tensor other = device.memory().allocate(EXCHANGED, shape, parts);
    long byteCount = own.storage().byteSize();
    return new Overlap(span, own, other, piece(byteCount), piece(byteCount));
  }

  private Piece piece(long byteCount) {
    Piece piece = device.pool().take(byteCount);
    parts.add(() -> device.pool().give(piece));
    return piece;
  }

  /** The arguments up to the overlaps. */
  private void begin(Guiding guiding, @Nullable Tensor slab, long count) {
    arguments
        .begin()
        .address(latents)
        .address(history.get(0))
        .address(history.get(1))
        .address(history.get(2))
        .address(conditional)
        .address(guiding instanceof Guiding.By ? unconditional : null)
        .address(slab)
        .integer(count)
        .integer(channels)
        .integer(frames)
        .integer(cells);
  }

  private void guide(Guiding guiding) {
    arguments.real(guiding instanceof Guiding.By(float scale) ? scale : 0);
  }

  private void overlap(@Nullable Overlap overlap, @Nullable Tensor left, @Nullable Tensor right) {
    arguments
        .integer(overlap == null ? 0 : overlap.span().first())
        .integer(overlap == null ? 0 : overlap.span().count())
        .address(left)
        .address(right);
  }

  @Override
  public boolean isPublished() {
    return driver.hasHappened(computed)
        && overlaps.stream().allMatch(it -> driver.hasHappened(it.outgoing().event()));
  }

  @Override
  public short[] published(int span) {
    Overlap overlap = overlaps.get(span);
    driver.await(overlap.outgoing().event());
    short[] values = new short[Math.toIntExact(overlap.own().elementCount())];
    MemorySegment.copy(
        overlap.outgoing().bytes(), ValueLayout.JAVA_SHORT, 0, values, 0, values.length);
    return values;
  }

  @Override
  public void step(SolverStep step, Guiding guiding, List<Fusion> fusions) {
    require(
        fusions.size() == overlaps.size(),
        "expected %d overlaps, found %d",
        overlaps.size(),
        fusions.size());
    for (int i = 0; i < fusions.size(); i++) {
      bring(overlaps.get(i), fusions.get(i));
    }
    begin(guiding, null, latents.elementCount());
    for (int i = 0; i < SPANS_MAX; i++) {
      if (i < fusions.size() && fusions.get(i).velocity().length > 0) {
        Overlap at = overlaps.get(i);
        boolean otherIsLeft = fusions.get(i).isLeft();
        overlap(at, otherIsLeft ? at.other() : at.own(), otherIsLeft ? at.own() : at.other());
      } else {
        overlap(null, null, null);
      }
    }
    guide(guiding);
    solver(step);
    device.launcher().elements("sampler", "sampler_step", latents.elementCount(), 1, arguments);
  }

  private void bring(Overlap overlap, Fusion fusion) {
    short[] velocity = fusion.velocity();
    if (velocity.length == 0) {
      return;
    }
    Tensor other = overlap.other();
    require(
        velocity.length == other.elementCount(),
        "overlap: expected %d values, found %d",
        other.elementCount(),
        velocity.length);
    Piece piece = overlap.incoming();
    driver.await(piece.event());
    MemorySegment.copy(velocity, 0, piece.bytes(), ValueLayout.JAVA_SHORT, 0, velocity.length);
    driver.upload(Stream.TRANSFER, other.address(), piece.bytes(), other.storage().byteSize());
    driver.record(Stream.TRANSFER, piece.event());
    driver.wait(Stream.COMPUTE, piece.event());
  }

  private void solver(SolverStep step) {
    switch (step) {
      case SolverStep.Euler(float delta) -> {
        arguments.integer(0).real(delta);
        weights(List.of(), List.of());
      }
      case SolverStep.Multistep(float sigma, List<Double> corrector, List<Double> predictor) -> {
        arguments.integer(1).real(sigma);
        weights(corrector, predictor);
      }
    }
  }

  private void weights(List<Double> corrector, List<Double> predictor) {
    arguments.integer(corrector.size()).integer(predictor.size());
    for (int i = 0; i < CORRECTOR_MAX; i++) {
      arguments.real(i < corrector.size() ? corrector.get(i) : 0);
    }
    for (int i = 0; i < PREDICTOR_MAX; i++) {
      arguments.real(i < predictor.size() ? predictor.get(i) : 0);
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
