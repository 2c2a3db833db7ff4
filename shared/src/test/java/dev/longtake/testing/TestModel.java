package dev.longtake.testing;

import dev.longtake.digest.Digest;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.Solver;
import dev.longtake.story.FrameSize;

/** Makes model cards for tests; what a test does not say is that of a small model. */
public final class TestModel {

  private final String name;
  private LatentGeometry geometry = new LatentGeometry(16, 8, 4, 2, 2);
  private FrameSize size = new FrameSize(64, 48);
  private Sampling sampling = new Sampling(12, 3.5, 2.0, Solver.UNIPC, 0);
  private ModelCard.Conditioning conditioning = new ModelCard.Conditioning(64, 4, "blurred");
  private ChunkPolicy chunks = new ChunkPolicy(9, 3);
  private SegmentPolicy segments = new SegmentPolicy(4, 2);

  private TestModel(String name) {
    this.name = name;
  }

  /** A model of this name, with a digest of its own. */
  public static TestModel named(String name) {
    return new TestModel(name);
  }

  public TestModel geometry(LatentGeometry other) {
    geometry = other;
    return this;
  }

  public TestModel size(FrameSize other) {
    size = other;
    return this;
  }

  public TestModel sampling(Sampling other) {
    sampling = other;
    return this;
  }

  public TestModel conditioning(ModelCard.Conditioning other) {
    conditioning = other;
    return this;
  }

  public TestModel chunks(ChunkPolicy other) {
    chunks = other;
    return this;
  }

  public TestModel segments(SegmentPolicy other) {
    segments = other;
    return this;
  }

  /** The card of what was said. */
  public ModelCard card() {
    return new ModelCard(
        new ModelCard.Identity(name, "1", Digest.ofText("model " + name)),
        geometry,
        new ModelCard.FrameDefaults(size, 8),
        sampling,
        conditioning,
        chunks,
        segments,
        1 << 20);
  }
}
