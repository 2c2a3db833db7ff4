package dev.longtake.testing;

import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Prompt;
import dev.longtake.plan.ReferencePicture;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.ShotAddress;
import dev.longtake.plan.ShotInputs;
import java.util.List;

/** Makes inputs of shots for tests; what a test does not say is as the model wants it. */
public final class TestShot {

  private final ModelCard model;
  private String storyId = "story";
  private String text = "a red fox";
  private String negativeText = "";
  private List<ReferencePicture> references = List.of();
  private long seed = 7;
  private int latentFrameCount = 5;
  private Sampling sampling;
  private boolean exchangeOff;

  private TestShot(ModelCard model) {
    this.model = model;
    sampling = model.sampling();
  }

  /** The first shot of a story, of the size that the model prefers. */
  public static TestShot of(ModelCard model) {
    return new TestShot(model);
  }

  public TestShot story(String other) {
    storyId = other;
    return this;
  }

  public TestShot text(String other) {
    text = other;
    return this;
  }

  public TestShot negativeText(String other) {
    negativeText = other;
    return this;
  }

  public TestShot references(ReferencePicture... others) {
    references = List.of(others);
    return this;
  }

  public TestShot seed(long other) {
    seed = other;
    return this;
  }

  public TestShot latentFrameCount(int other) {
    latentFrameCount = other;
    return this;
  }

  public TestShot sampling(Sampling other) {
    sampling = other;
    return this;
  }

  public TestShot exchangeOff(boolean other) {
    exchangeOff = other;
    return this;
  }

  /** The inputs of what was said. */
  public ShotInputs inputs() {
    return new ShotInputs(
        new ShotAddress(storyId, 0, "shot"),
        model.identity().digest(),
        new Prompt(text, negativeText, references),
        seed,
        model.frames().size(),
        latentFrameCount,
        sampling,
        exchangeOff);
  }
}
