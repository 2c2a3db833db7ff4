package dev.longtake.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.story.Transition.Kind;
import dev.longtake.story.Transition.Said;
import dev.longtake.words.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every transition, also for one that does not exist yet. */
class TransitionTest {

  private static final FrameSize SIZE = new FrameSize(4, 2);
  private static final int COLOR = 0xFF8800;

  @ParameterizedTest
  @EnumSource
  void of_anyKind_isOfThatKindAndSaysSo(Kind kind) {
    Transition transition = kind.of(new Said(kind.takesTime() ? 5 : 0, COLOR));

    assertThat(transition.kind()).isEqualTo(kind);
    assertThat(transition.frameCount()).isEqualTo(kind.takesTime() ? 5 : 0);
    assertThat(transition.sentence()).startsWith(kind.word());
    assertThat(transition.note()).startsWith(kind.word());
    assertThat(kind.example()).startsWith(kind.word());
  }

  @Test
  void kind_everyCase_hasOne() {
    List<Class<?>> made = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      made.add(kind.of(new Said(1, COLOR)).getClass());
    }

    assertThat(made)
        .as("shared/src/main/java/dev/longtake/story/Transition.java: one Kind for each case")
        .containsExactlyInAnyOrder(Transition.class.getPermittedSubclasses());
  }

  /** What is seen of both shots adds up to what the film has. */
  @ParameterizedTest
  @EnumSource
  void frames_anyLength_addUp(Kind kind) {
    for (int frameCount = 1; frameCount < 20; frameCount++) {
      Transition transition = kind.of(new Said(frameCount, COLOR));

      assertThat(transition.framesOfPrevious() + transition.framesOfNext())
          .isEqualTo(transition.frameCount() + transition.framesShared());
      assertThat(transition.framesShared())
          .isLessThanOrEqualTo(Math.min(transition.framesOfPrevious(), transition.framesOfNext()));
    }
  }

  /** Every frame can be made of what is there at its index, whole, and the same every time. */
  @ParameterizedTest
  @EnumSource
  void blend_anyIndex_givesAFrameOfWhatIsThere(Kind kind) {
    Transition transition = kind.of(new Said(6, COLOR));
    int nextStart = transition.frameCount() - transition.framesOfNext();

    for (int index = 0; index < transition.frameCount(); index++) {
      byte[] previous = index < transition.framesOfPrevious() ? frame(30) : new byte[0];
      byte[] next = index >= nextStart ? frame(90) : new byte[0];
      byte[] blended = transition.blend(index, previous, next, SIZE);

      assertThat(blended).hasSize(3 * SIZE.width() * SIZE.height());
      assertThat(transition.blend(index, previous, next, SIZE)).isEqualTo(blended);
    }
  }

  private static byte[] frame(int value) {
    byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
    Arrays.fill(rgb, (byte) value);
    return rgb;
  }

  @Test
  void blend_dissolve_repeatsNeitherEnd() {
    assertThat(reds(new Transition.Dissolve(2), 0, 90)).containsExactly(30, 60);
  }

  @Test
  void blend_fade_reachesTheColourAndComesBack() {
    assertThat(reds(new Transition.Fade(5, 0x5A0000), 0, 0)).containsExactly(30, 60, 90, 60, 30);
  }

  private static List<Integer> reds(Transition transition, int previous, int next) {
    return Stream.iterate(0, index -> index + 1)
        .limit(transition.frameCount())
        .map(index -> transition.blend(index, frame(previous), frame(next), SIZE)[0] & 0xFF)
        .toList();
  }

  @Test
  void sentence_andNote_sayWhatDecidesIt() {
    assertThat(new Transition.Cut().sentence()).isEqualTo("cut");
    assertThat(new Transition.Cut().note()).isEqualTo("cut");
    assertThat(new Transition.Dissolve(1).sentence()).isEqualTo("dissolve, 1 frame");
    assertThat(new Transition.Dissolve(4).note()).isEqualTo("dissolve 4");
    assertThat(new Transition.Fade(8, 0x00FF80).sentence()).isEqualTo("fade, 8 frames");
    assertThat(new Transition.Fade(8, 0x00FF80).note()).isEqualTo("fade 8 #00FF80");
  }

  @Test
  void mix_halfAndHalf_roundsToTheNearest() {
    byte[] mixed = Mixing.mix(new byte[] {0, 10, (byte) 255}, new byte[] {1, 20, (byte) 255}, 1, 2);

    assertThat(mixed).containsExactly(1, 15, 255);
  }

  @Test
  void tint_fullColour_isTheColour() {
    assertThat(Mixing.tint(new byte[] {9, 9, 9}, 0x0A0B0C, 4, 4)).containsExactly(10, 11, 12);
  }

  @Test
  void words_areReadAndListed() {
    assertThat(Word.listing(Kind.class)).startsWith("cut, dissolve").contains(" or ");
    assertThat(Word.listing(List.of("a", "b", "c"))).isEqualTo("a, b or c");
    assertThat(Word.read(Camera.class, "pan-left")).contains(Camera.PAN_LEFT);
    assertThat(Word.read(Camera.class, "PAN_LEFT")).isEmpty();
  }
}
