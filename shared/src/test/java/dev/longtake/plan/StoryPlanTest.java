package dev.longtake.plan;

import static dev.longtake.testing.TestStories.model;
import static dev.longtake.testing.TestStories.story;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.digest.Digest;
import dev.longtake.error.LongtakeException;
import dev.longtake.plan.ReferencePicture.Fit;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.testing.TestModel;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StoryPlanTest {

  private static final String ENGINE = "cpu-avx512-f32-1";

  @Test
  void of_story_laysShotsOutInTheFilm() {
    StoryPlan plan = StoryPlan.of(story(), model(), ENGINE);

    assertThat(plan.shots()).extracting(ShotPlan::filmFirstFrame).containsExactly(0, 44, 108);
    assertThat(plan.frameCount()).isEqualTo(48 + 64 + 20 - 4).isEqualTo(story().frameCount());
    assertThat(plan.filmSeconds()).isEqualTo(16.0);
    assertThat(plan.transitionAfter(0)).isEqualTo(new Transition.Dissolve(4));
    assertThat(plan.transitionAfter(2)).isEqualTo(new Transition.Cut());
  }

  @Test
  void of_story_countsWork() {
    StoryPlan plan = StoryPlan.of(story(), model(), ENGINE);

    assertThat(plan.shots()).extracting(ShotPlan::latentFrameCount).containsExactly(13, 17, 6);
    assertThat(plan.shots())
        .extracting(shot -> shot.chunks().chunks().size())
        .containsExactly(2, 3, 1);
    assertThat(plan.chunkCount()).isEqualTo(6);
    assertThat(plan.stepCount()).isEqualTo(6 * 12);
    assertThat(plan.latentFrameCount()).isEqualTo(36);
    assertThat(plan.segmentCount()).isEqualTo(4 + 5 + 2);
    // 36 latent frames and 3 boundaries of 3 more, 12 steps of 0.5 s; 132 frames of 0.25 s.
    assertThat(plan.estimatedSeconds(new StepCost(0.5, 0.25), 1)).isEqualTo(45 * 12 * 0.5 + 33);
    assertThat(plan.estimatedSeconds(new StepCost(0.5, 0.25), 3)).isEqualTo((270 + 33) / 3.0);
    assertThat(plan.latentBytes()).isPositive();
  }

  @Test
  void of_story_composesPromptsAndReferences() {
    ShotInputs second = StoryPlan.of("s-1", story(), model(), ENGINE).shots().get(1).inputs();

    assertThat(second.address().storyId()).isEqualTo("s-1");
    assertThat(second.prompt().text())
        .isEqualTo("an animal walks. cut from paper. camera pans left");
    assertThat(second.prompt().negativeText()).isEqualTo("blurred");
    // Four pictures at most: one of each first, then the second of rosie, who comes before square.
    assertThat(second.prompt().references())
        .containsExactly(
            new ReferencePicture(Digest.ofText("leo0"), Fit.CANVAS),
            new ReferencePicture(Digest.ofText("rosie0"), Fit.CANVAS),
            new ReferencePicture(Digest.ofText("rosie1"), Fit.CANVAS),
            new ReferencePicture(Digest.ofText("square0"), Fit.COVER));
  }

  @Test
  void of_shotWithANegativePrompt_takesItInPlaceOfTheModels() {
    ShotPlan before = StoryPlan.of(story(), model(), ENGINE).shots().getFirst();

    ShotPlan own = withNegativePrompt("too dark");
    ShotPlan nothing = withNegativePrompt("");
    ShotPlan same = withNegativePrompt("blurred");

    assertThat(own.inputs().prompt().negativeText()).isEqualTo("too dark");
    assertThat(nothing.inputs().prompt().negativeText()).isEmpty();
    assertThat(List.of(own.key(), nothing.key(), before.key())).doesNotHaveDuplicates();
    assertThat(same.key()).isEqualTo(before.key());
  }

  private static ShotPlan withNegativePrompt(String text) {
    Shot shot = story().shots().getFirst();
    Shot changed =
        new Shot(
            shot.id(),
            shot.scene(),
            shot.cast(),
            shot.props(),
            shot.styles(),
            new ShotText(shot.prompt(), Optional.of(text)),
            shot.frameCount(),
            shot.camera(),
            shot.seed());
    return StoryPlan.of(withShots(story(), List.of(changed)), model(), ENGINE).shots().getFirst();
  }

  @Test
  void of_storyWithSettings_overridesTheModel() {
    Story story =
        story()
            .withSettings(
                new RenderSettings(
                    new SamplingOverrides(
                        OptionalInt.of(5),
                        OptionalDouble.of(1),
                        OptionalDouble.of(7),
                        OptionalDouble.of(0.75)),
                    true));

    ShotInputs inputs = StoryPlan.of(story, model(), ENGINE).shots().getFirst().inputs();

    assertThat(inputs.sampling().stepCount()).isEqualTo(5);
    assertThat(inputs.sampling().guidanceScale()).isEqualTo(1);
    assertThat(inputs.sampling().shift()).isEqualTo(7);
    assertThat(inputs.sampling().freshNoise()).isEqualTo(0.75);
    assertThat(inputs.exchangeOff()).isTrue();
  }

  @Test
  void key_ofEqualInputs_ignoresWhereTheShotStands() {
    Story story = story();
    Story moved =
        withShots(story, List.of(renamed(story.shots().get(1)), story.shots().getFirst()));

    StoryPlan plan = StoryPlan.of("s-1", story, model(), ENGINE);
    StoryPlan other = StoryPlan.of("s-2", moved, model(), ENGINE);

    assertThat(other.shots().get(0).key()).isEqualTo(plan.shots().get(1).key());
    assertThat(other.shots().get(1).key()).isEqualTo(plan.shots().get(0).key());
  }

  @Test
  void of_sizeThatTheModelCannotRender_rendersTheNextOneThatItCan() {
    ModelCard coarse =
        TestModel.named("coarse").geometry(new LatentGeometry(16, 16, 4, 2, 2)).card();

    StoryPlan plan = StoryPlan.of(story(), coarse, ENGINE);

    assertThat(plan.story().size()).isEqualTo(new FrameSize(64, 48));
    assertThat(plan.renderedSize()).isEqualTo(new FrameSize(64, 64));
    assertThat(plan.shots())
        .allSatisfy(shot -> assertThat(shot.inputs().size()).isEqualTo(plan.renderedSize()));
  }

  /** A film at 62x46 is cut from the shots of one at 64x48: they are not rendered again. */
  @Test
  void of_smallerFilmInTheSameFrames_hasTheSameShots() {
    Story smaller = sized(new FrameSize(62, 46));

    StoryPlan plan = StoryPlan.of(smaller, model(), ENGINE);

    assertThat(plan.renderedSize()).isEqualTo(new FrameSize(64, 48));
    assertThat(plan.shots())
        .extracting(ShotPlan::key)
        .isEqualTo(
            StoryPlan.of(story(), model(), ENGINE).shots().stream().map(ShotPlan::key).toList());
  }

  private static Story sized(FrameSize size) {
    Story given = story();
    return new Story(
        given.name(),
        given.world(),
        size,
        given.frameRate(),
        given.seed(),
        given.shots(),
        given.transitions(),
        given.settings());
  }

  @Test
  void of_moreReferencesThanTheModelTakes_isRefused() {
    ModelCard model =
        TestModel.named("terse").conditioning(new ModelCard.Conditioning(64, 2, "")).card();

    LongtakeException refused =
        catchThrowableOfType(LongtakeException.class, () -> StoryPlan.of(story(), model, ENGINE));

    assertThat(refused.getMessage())
        .isEqualTo(
            "shot second: expected at most 2 characters, props and scenes with pictures, found 3");
  }

  private static Story withShots(Story story, List<Shot> shots) {
    List<Transition> cuts = Collections.nCopies(shots.size() - 1, new Transition.Cut());
    return new Story(
        "Other", story.world(), story.size(), FrameRate.of(8), 99, shots, cuts, story.settings());
  }

  private static Shot renamed(Shot shot) {
    return new Shot(
        "renamed",
        shot.scene(),
        shot.cast(),
        shot.props(),
        shot.styles(),
        shot.text(),
        shot.frameCount(),
        shot.camera(),
        shot.seed());
  }
}
