package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the door for latents takes, and of what it says that it has not heard. */
class OpenShotsTest {

  private static final Digest PICTURE = Digest.ofText("picture");
  private static final Digest LATENTS = Digest.ofText("latents");
  private static final OpenStory.Shot DENOISED =
      new OpenStory.Shot(true, List.of(2, 1), List.of(PICTURE));
  private static final OpenStory.Shot JOINED =
      new OpenStory.Shot(false, List.of(), List.of(LATENTS));

  private final OpenShots shots = new OpenShots();

  private static LeaseToken lease(int shot, int chunk, int attempt) {
    return new LeaseToken("s", shot, Kind.CHUNK, chunk, attempt);
  }

  @Test
  void shot_ofAStoryThatNobodyToldOf_isNews() {
    assertThat(shots.isDenoising("s", 0)).isFalse();
    assertThat(shots.isNews("s", 0)).isTrue();
    assertThat(shots.isNews(lease(0, 0, 1))).isTrue();

    shots.note(new OpenStory("s", 1, true, "default", List.of()));

    assertThat(shots.isNews("s", 0)).as("it was not planned then").isTrue();
  }

  @Test
  void shot_thatIsJoined_isNoNews() {
    shots.note(new OpenStory("s", 5, true, "default", List.of(DENOISED, JOINED)));

    assertThat(shots.isDenoising("s", 0)).isTrue();
    assertThat(shots.isDenoising("s", 1)).isFalse();
    assertThat(shots.isNews("s", 1)).isFalse();
    assertThat(shots.isNews(lease(1, 0, 9))).isFalse();
  }

  @Test
  void lease_laterThanTheLastOneHeardOf_isNewsAndAnEarlierOneIsNot() {
    shots.note(new OpenStory("s", 5, true, "default", List.of(DENOISED, JOINED)));

    assertThat(shots.isCurrent(lease(0, 0, 2))).isTrue();
    assertThat(shots.isNews(lease(0, 0, 2))).isFalse();
    assertThat(shots.isNews(lease(0, 0, 3))).isTrue();
    assertThat(shots.isNews(lease(0, 0, 1))).isFalse();
    assertThat(shots.isNews(lease(0, 7, 1))).as("there is no such chunk").isFalse();
  }

  @Test
  void story_thatHasEnded_isForgotten() {
    shots.note(new OpenStory("s", 5, true, "default", List.of(DENOISED)));
    shots.note(new OpenStory("s", 6, false, "default", List.of(DENOISED)));

    assertThat(shots.isDenoising("s", 0)).isFalse();
    assertThat(shots.isNews("s", 0)).as("whether it has ended is the catalog's to say").isTrue();
  }

  @Test
  void isInput_ofAnOpenStoryOfTheTenant_isWhatItsWorkersRead() {
    shots.note(new OpenStory("s", 5, true, "default", List.of(DENOISED, JOINED)));

    assertThat(shots.isInput("default", PICTURE)).isTrue();
    assertThat(shots.isInput("default", LATENTS)).isTrue();
    assertThat(shots.isInput("default", Digest.ofText("film"))).isFalse();
    assertThat(shots.isInput("other", PICTURE)).isFalse();

    shots.note(new OpenStory("s", 6, false, "default", List.of()));

    assertThat(shots.isInput("default", PICTURE)).isFalse();
  }
}
