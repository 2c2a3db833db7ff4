package dev.longtake.coordinator.film;

import dev.longtake.digest.Digest;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Segment;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.testing.TestModel;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.StoryWire;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shots that were never rendered: a disc that crosses a plain ground, as artifacts in memory. */
final class TestFootage {

  static final FrameSize SIZE = new FrameSize(96, 64);

  private static final ModelCard MODEL =
      TestModel.named("discs").size(SIZE).chunks(new ChunkPolicy(6, 1)).card();

  final Map<Digest, byte[]> artifacts = new HashMap<>();
  final StoryPlan plan;
  final List<ShotFootage> shots = new ArrayList<>();

  TestFootage(List<Transition> transitions, int... frameCounts) {
    this(plan(transitions, frameCounts));
  }

  /** Footage of this story, which has no more than one shot. */
  static TestFootage of(FrameSize size, FrameRate rate, int frameCount) {
    Story plain = TestStories.story("Discs", size, List.of(), frameCount);
    Story story =
        new Story(
            plain.name(),
            plain.world(),
            size,
            rate,
            plain.seed(),
            plain.shots(),
            plain.transitions(),
            plain.settings());
    return new TestFootage(StoryPlan.of(story, MODEL, TestStories.ENGINE_CLASS));
  }

  /** Footage of a story of one shot, both with these bits as their seed. */
  static TestFootage ofSeed(long seed) {
    var message = StoryWire.toProto(TestStories.story("Discs", SIZE, List.of(), 9)).toBuilder();
    message.setSeed(seed).getShotsBuilder(0).setSeed(seed);
    Story story = StoryWire.fromProto(message.build());
    return new TestFootage(StoryPlan.of(story, MODEL, TestStories.ENGINE_CLASS));
  }

  private TestFootage(StoryPlan plan) {
    this.plan = plan;
    plan.shots().forEach(shot -> shots.add(footage(shot)));
  }

  static StoryPlan plan(int... frameCounts) {
    List<Transition> cuts = new ArrayList<>();
    for (int i = 1; i < frameCounts.length; i++) {
      cuts.add(new Transition.Cut());
    }
    return plan(cuts, frameCounts);
  }

  static StoryPlan plan(List<Transition> transitions, int... frameCounts) {
    Story story = TestStories.story("Discs", SIZE, transitions, frameCounts);
    return StoryPlan.of(story, MODEL, TestStories.ENGINE_CLASS);
  }

  ArtifactSource source() {
    return digest -> {
      byte[] content = artifacts.get(digest);
      if (content == null) {
        throw new FileNotFoundException(digest.hex());
      }
      return new ByteArrayInputStream(content);
    };
  }

  private ShotFootage footage(ShotPlan shot) {
    List<Digest> segments = new ArrayList<>();
    FrameSize size = shot.inputs().size();
    for (Segment segment : shot.segments().segments()) {
      byte[] rgb = new byte[segment.frameCount() * size.pixelCount() * 3];
      for (int i = 0; i < segment.frameCount(); i++) {
        draw(rgb, size, i, shot.shotIndex(), segment.firstFrame() + i);
      }
      byte[] content =
          FramesCodec.encode(new FrameRun(size.width(), size.height(), segment.frameCount(), rgb));
      artifacts.put(Digest.of(content), content);
      segments.add(Digest.of(content));
    }
    return new ShotFootage(shot, segments, Digest.ofText("latents " + shot.shotIndex()));
  }

  private static void draw(byte[] rgb, FrameSize size, int at, int shot, int frame) {
    int start = at * size.width() * size.height() * 3;
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int dx = x - (10 + 2 * frame) % size.width();
        int dy = y - size.height() / 2;
        int rgbHere = dx * dx + dy * dy < 144 ? 0xE07020 : shot % 2 == 0 ? 0x3060A0 : 0x408040;
        for (int c = 0; c < 3; c++) {
          rgb[start + 3 * (y * size.width() + x) + c] = (byte) (rgbHere >> (16 - 8 * c));
        }
      }
    }
  }
}
