package dev.longtake.loadtest.methods;

import dev.longtake.latent.ExchangeType;
import dev.longtake.lifetime.Opened;
import dev.longtake.loadtest.methods.ShotModel.Passes;
import dev.longtake.sampling.Sampler;
import dev.longtake.sampling.SamplerState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Denoises one global latent in windows. At each step every window's velocity is predicted; where
 * several windows hold a frame, the weighted mean of their velocities counts, rounded as the farm
 * rounds what it exchanges; the solver steps the whole. Reference frames are each window's own.
 *
 * <p>With {@link Schedules#chunks} this is what a farm does, and its bits are the same.
 */
final class WindowLoop {

  private static final ExchangeType EXCHANGED = ExchangeType.IN_USE;

  private final ShotModel model;
  private final LatentShape shape;
  private final Sampler sampler;
  private final Recipe recipe;
  private final float[] noise;
  private final Map<Integer, SamplerState> references = new HashMap<>();
  private final Map<Window, Passes> knowing = new HashMap<>();

  private WindowLoop(ShotModel model, Sampler sampler, Recipe recipe) {
    this.model = model;
    this.shape = model.shape();
    this.sampler = sampler;
    this.recipe = recipe;
    this.noise = recipe.noise().of(shape);
  }

  /**
   * Takes all steps.
   *
   * @return {@code (L, C, h, w)}; frames that no window holds have no meaning
   */
  static float[] run(ShotModel model, Sampler sampler, Recipe recipe) {
    return new WindowLoop(model, sampler, recipe).run();
  }

  private float[] run() {
    try (Opened opened = new Opened()) {
      SamplerState state = SamplerState.initial(noise.clone());
      for (int step = 0; step < sampler.schedule().stepCount(); step++) {
        state = held(state, sampler.schedule().sigma(step));
        float[] velocity = velocity(state, opened);
        float sigma = sampler.schedule().sigma(step);
        state =
            sampler.step(state, recipe.correction().apply(shape, sigma, state.latents(), velocity));
        if (sampler.isRenewed(step)) {
          state = renewed(state, recipe.noise().of(shape, step + 1));
        }
      }
      return held(state, 0).latents();
    }
  }

  /** The state with noise that was drawn anew. */
  private SamplerState renewed(SamplerState state, float[] fresh) {
    float sigma = sampler.schedule().sigma(state.stepIndex());
    float[] latents = state.latents().clone();
    for (int i = 0; i < latents.length; i++) {
      latents[i] += sigma * fresh[i];
    }
    return new SamplerState(state.stepIndex(), latents, List.of());
  }

  /** The state with what is given at its noise level. */
  private SamplerState held(SamplerState state, float sigma) {
    if (recipe.held().isEmpty()) {
      return state;
    }
    float[] latents = state.latents().clone();
    recipe
        .held()
        .forEach(
            (frame, known) -> {
              int at = frame * shape.frameSize();
              for (int i = 0; i < known.length; i++) {
                latents[at + i] = (1 - sigma) * known[i] + sigma * noise[at + i];
              }
            });
    return new SamplerState(state.stepIndex(), latents, state.history());
  }

  private float[] velocity(SamplerState state, Opened opened) {
    int step = state.stepIndex();
    List<Window> windows = recipe.schedule().at(step, sampler.schedule().sigma(step));
    int[] holders = new int[shape.frameCount()];
    int[] total = new int[shape.frameCount()];
    for (Window window : windows) {
      for (int i = 0; i < window.frames().size(); i++) {
        int weight = window.weights().get(i);
        holders[window.frames().get(i)] += weight > 0 ? 1 : 0;
        total[window.frames().get(i)] += weight;
      }
    }
    float[] sum = new float[shape.size()];
    boolean[] begun = new boolean[shape.frameCount()];
    for (Window window : windows) {
      float[] predicted = predict(window, state, opened);
      for (int i = 0; i < window.frames().size(); i++) {
        int frame = window.frames().get(i);
        int from = (model.referenceCount() + i) * shape.frameSize();
        int weight = window.weights().get(i);
        if (holders[frame] == 1 && weight > 0) {
          System.arraycopy(predicted, from, sum, frame * shape.frameSize(), shape.frameSize());
        } else if (weight > 0) {
          add(predicted, from, weight, sum, frame * shape.frameSize(), begun[frame]);
          begun[frame] = true;
        }
      }
    }
    for (int frame = 0; frame < holders.length; frame++) {
      if (holders[frame] > 1) {
        int at = frame * shape.frameSize();
        for (int i = at; i < at + shape.frameSize(); i++) {
          sum[i] /= (float) total[frame];
        }
      }
    }
    return sum;
  }

  /** Adds a weighted frame; the first one is taken as it is, so that the farm's bits come out. */
  private void add(float[] from, int fromAt, int weight, float[] sum, int at, boolean isBegun) {
    for (int i = 0; i < shape.frameSize(); i++) {
      float value = weight * EXCHANGED.decode(EXCHANGED.encode(from[fromAt + i], fromAt + i));
      sum[at + i] = isBegun ? sum[at + i] + value : value;
    }
  }

  /** The velocity of a window, reference frames first, whose own state it steps. */
  private float[] predict(Window window, SamplerState state, Opened opened) {
    int referenceSize = model.referenceCount() * shape.frameSize();
    SamplerState own = references(window, state.stepIndex());
    float[] frames =
        Arrays.copyOf(own.latents(), referenceSize + window.frames().size() * shape.frameSize());
    for (int i = 0; i < window.frames().size(); i++) {
      System.arraycopy(
          state.latents(),
          window.frames().get(i) * shape.frameSize(),
          frames,
          referenceSize + i * shape.frameSize(),
          shape.frameSize());
    }
    double timestep = sampler.schedule().timestep(state.stepIndex());
    float[] velocity = passes(window, opened).velocity(frames, timestep);
    SamplerState next = sampler.step(own, Arrays.copyOf(velocity, referenceSize));
    references.put(
        window.id(),
        sampler.isRenewed(own.stepIndex())
            ? renewed(
                next, recipe.noise().ofReferences(shape, model.referenceCount(), next.stepIndex()))
            : next);
    return velocity;
  }

  /**
   * A window's reference frames; of one that was not there at the step before, as they would be.
   */
  private SamplerState references(Window window, int step) {
    float[] start = recipe.noise().ofReferences(shape, model.referenceCount(), 0);
    SamplerState known = references.getOrDefault(window.id(), SamplerState.initial(start));
    if (known.stepIndex() == step) {
      return known;
    }
    float sigma = sampler.schedule().sigma(step);
    for (int i = 0; i < start.length; i++) {
      start[i] = (1 - sigma) * model.references()[i] + sigma * start[i];
    }
    return new SamplerState(step, start, List.of());
  }

  private Passes passes(Window window, Opened opened) {
    Map<Integer, float[]> known = new HashMap<>();
    for (int i = 0; i < window.frames().size(); i++) {
      float @Nullable [] held = recipe.held().get(window.frames().get(i));
      if (held != null) {
        known.put(i, held);
      }
    }
    return known.isEmpty()
        ? model.passes(window.frames().size())
        : knowing.computeIfAbsent(
            window, it -> opened.add(model.passes(it.frames().size(), known)));
  }
}
