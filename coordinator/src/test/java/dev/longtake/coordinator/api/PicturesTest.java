package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.Story;
import dev.longtake.story.World;
import dev.longtake.story.status.TenantScope;
import dev.longtake.testing.TestPictures;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.v1.PictureContent;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client says of a picture, a story is refused here or not at all. */
class PicturesTest {

  private static final byte[] SOUND = TestPictures.picture("png", 32, 20, 0x336699);

  @TempDir private Path folder;
  private ArtifactStore artifacts;
  private Pictures pictures;

  @BeforeEach
  void open() {
    ArtifactStorage storage = ArtifactStorage.inFolder(folder, 1 << 20);
    artifacts = storage.artifacts();
    pictures = new Pictures(artifacts, storage.claims());
  }

  @Test
  void store_ofASoundPicture_keepsIt() {
    pictures.store(story(SOUND, 32, 20), given(SOUND), TenantScope.ALL, "default");

    assertThat(artifacts.read(Digest.of(SOUND))).isEqualTo(SOUND);
  }

  @Test
  void store_ofALongStrip_isRefusedBeforeAnythingIsQueued() {
    byte[] strip = TestPictures.picture("png", 2100, 100, 0x336699);

    refused(
        story(strip, 2100, 100),
        given(strip),
        "picture rosie.png: expected sides of at most 20 : 1, found 2100 x 100");
    assertThat(artifacts.contains(Digest.of(strip))).isFalse();
  }

  @Test
  void store_ofAnotherSizeThanTheWorldSays_isRefused() {
    refused(
        story(SOUND, 20, 32),
        given(SOUND),
        "picture rosie.png: expected 20 x 32 pixels as the world says, found 32 x 20");
  }

  @Test
  void store_ofNoPicture_isRefusedThoughItIsInTheStore() {
    byte[] text = "no picture".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    artifacts.put(text);

    refused(
        story(text, 32, 20),
        List.of(),
        "picture rosie.png: expected a PNG, JPEG or WebP, found something else");
  }

  @Test
  void store_ofAPictureThatIsThereAlready_needsNoContent() {
    artifacts.put(SOUND);

    pictures.store(story(SOUND, 32, 20), List.of(), TenantScope.ALL, "default");

    assertThat(artifacts.contains(Digest.of(SOUND))).isTrue();
  }

  /** Its digest may be known from a manifest that somebody has lost. */
  @Test
  void store_ofAPictureThatOnlyAnotherTenantHasHandedIn_isAnsweredAsIfItWereNotThere() {
    var red = new TenantScope("red");
    var blue = new TenantScope("blue");
    pictures.store(story(SOUND, 32, 20), given(SOUND), red, "red");

    pictures.store(story(SOUND, 32, 20), List.of(), red, "red");
    assertThatThrownBy(() -> pictures.store(story(SOUND, 32, 20), List.of(), blue, "blue"))
        .hasMessage(
            "picture rosie.png: expected its content with digest %s, found none"
                .formatted(Digest.of(SOUND)));

    pictures.store(story(SOUND, 32, 20), given(SOUND), blue, "blue");
    pictures.store(story(SOUND, 32, 20), List.of(), blue, "blue");
  }

  @Test
  void store_withoutContent_isRefused() {
    refused(
        story(SOUND, 32, 20),
        List.of(),
        "picture rosie.png: expected its content with digest %s, found none"
            .formatted(Digest.of(SOUND)));
  }

  @Test
  void store_ofAPictureThatNobodyNames_keepsNothing() {
    byte[] other = TestPictures.picture("png", 8, 8, 0);

    pictures.store(
        story(SOUND, 32, 20),
        List.of(given(SOUND).getFirst(), given(other).getFirst()),
        TenantScope.ALL,
        "default");

    assertThat(artifacts.contains(Digest.of(other))).isFalse();
  }

  private void refused(Story story, List<PictureContent> given, String message) {
    assertThatThrownBy(() -> pictures.store(story, given, TenantScope.ALL, "default"))
        .hasMessage(message)
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PICTURE_INVALID));
  }

  private static List<PictureContent> given(byte[] content) {
    return List.of(
        PictureContent.newBuilder()
            .setDigest(Digest.of(content).hex())
            .setContent(ByteString.copyFrom(content))
            .build());
  }

  private static Story story(byte[] content, int width, int height) {
    Story plain = TestStories.story("rosie", 9);
    Picture picture = new Picture("rosie.png", Digest.of(content), width, height);
    Reference rosie = new Reference("rosie", "a rhino", List.of(picture));
    World world = new World("Plain", List.of(rosie), List.of(), plain.world().scenes(), List.of());
    return new Story(
        plain.name(),
        world,
        plain.size(),
        plain.frameRate(),
        plain.seed(),
        plain.shots(),
        plain.transitions(),
        plain.settings());
  }
}
