package dev.longtake.sampling;

import static java.util.Objects.requireNonNull;

import dev.longtake.denoise.SigmaSchedule;
import java.util.List;

/**
 * Steps of which the first ones land on the estimate of the picture alone, scaled to the next noise
 * level: {@code (1 - sigmaNext) (x - sigma v)}. Whoever takes such a step adds {@code sigmaNext}
 * times noise that was drawn anew. What one step got wrong is so forgotten with its noise, and what
 * neighbours disagree about at first is drawn, again and again, to what they have in common. After
 * those steps another solver goes on as from its beginning.
 *
 * @param renewed steps that are so
 * @param after goes on from step {@code renewed}
 * @see <a href="https://arxiv.org/abs/2605.20910">FlowLong, 2026</a>
 */
record RenewingSampler(int renewed, Sampler after) implements Sampler {

  RenewingSampler {
    requireNonNull(after, "after");
  }

  @Override
  public SigmaSchedule schedule() {
    return after.schedule();
  }

  @Override
  public boolean isRenewed(int stepIndex) {
    return stepIndex < renewed;
  }

  @Override
  public int historyCount(int stepIndex) {
    return stepIndex <= renewed ? 0 : after.historyCount(stepIndex);
  }

  @Override
  public SolverStep plan(int stepIndex) {
    return stepIndex < renewed
        ? new SolverStep.Multistep(
            schedule().sigma(stepIndex),
            List.of(),
            List.of(0.0, 1.0 - schedule().sigma(stepIndex + 1)))
        : after.plan(stepIndex);
  }
}
