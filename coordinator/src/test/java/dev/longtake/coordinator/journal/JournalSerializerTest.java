package dev.longtake.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import dev.longtake.coordinator.LogLines;
import dev.longtake.coordinator.story.CatalogEvent;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.digest.Digest;
import dev.longtake.wire.v1.StorySnapshot;
import java.io.NotSerializableException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that is journaled comes back as it was, and what is not known is not guessed. */
class JournalSerializerTest {

  private final JournalSerializer serializer = new JournalSerializer();

  static List<JournalSamples.Sample> samples() {
    return JournalSamples.all();
  }

  private Object readBack(Object event) throws NotSerializableException {
    return serializer.fromBinary(serializer.toBinary(event), serializer.manifest(event));
  }

  /** A component that nobody writes, or a word that nobody reads, comes back as another value. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void event_withAnyOnePartChanged_comesBackAsItWas(JournalSamples.Sample sample) throws Exception {
    List<Variants.Variant> variants = Variants.of(sample.event());

    assertThat(variants).isNotEmpty();
    for (Variants.Variant variant : variants) {
      assertThat(readBack(variant.value())).as("%s", variant.path()).isEqualTo(variant.value());
    }
  }

  /** A new case of a sealed type, or a new part of a record, needs a sample that shows it. */
  @Test
  void everyPartOfEveryCase_isChangedInSomeSample() {
    Set<String> changed = new TreeSet<>();
    for (JournalSamples.Sample sample : samples()) {
      Variants.of(sample.event()).forEach(variant -> changed.addAll(variant.path()));
    }
    Set<String> missing = new TreeSet<>();
    for (Class<?> type : typesInside()) {
      if (type.isRecord() && type != Digest.class) {
        for (RecordComponent part : type.getRecordComponents()) {
          missing.add(Variants.name(part));
        }
      }
    }
    assertThat(missing).contains("StoryPlanned.model", "Fade.colorRgb", "StorySummary.shots");

    missing.removeAll(changed);

    assertThat(missing)
        .as(
            "write and read these in coordinator.journal, and add a sample to JournalSamples in"
                + " which they say something")
        .isEmpty();
  }

  /** A case without parts is in no path: it has to be in a sample itself. */
  @Test
  void everyCase_isInSomeSample() {
    Set<Class<?>> seen = new HashSet<>();
    samples().forEach(sample -> collect(sample.event(), seen));
    Set<String> missing = new TreeSet<>();
    for (Class<?> type : typesInside()) {
      if (type.isRecord() && !seen.contains(type)) {
        missing.add(type.getName());
      }
    }

    assertThat(missing)
        .as("write and read these in coordinator.journal, and add a sample to JournalSamples")
        .isEmpty();
  }

  private static void collect(Object value, Set<Class<?>> seen) {
    switch (value) {
      case Record record -> {
        seen.add(record.getClass());
        for (RecordComponent part : record.getClass().getRecordComponents()) {
          collect(Variants.value(part, record), seen);
        }
      }
      case List<?> list -> list.forEach(it -> collect(it, seen));
      case Optional<?> optional -> optional.ifPresent(it -> collect(it, seen));
      default -> {}
    }
  }

  /** Records, sealed types and enums that an event can hold, however deep. */
  private static Set<Class<?>> typesInside() {
    Set<Class<?>> found = new LinkedHashSet<>();
    follow(StoryEvent.class, found);
    follow(CatalogEvent.class, found);
    return found;
  }

  private static void follow(Type type, Set<Class<?>> found) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        follow(argument, found);
      }
    } else if (type instanceof Class<?> plain
        && plain.getName().startsWith("dev.longtake.")
        && found.add(plain)) {
      if (plain.isSealed()) {
        for (Class<?> kind : plain.getPermittedSubclasses()) {
          follow(kind, found);
        }
      }
      if (plain.isRecord()) {
        for (RecordComponent part : plain.getRecordComponents()) {
          follow(part.getGenericType(), found);
        }
      }
      assertThat(plain.isSealed() || plain.isRecord() || plain.isEnum())
          .as("%s: expected a record, a sealed type or an enum inside an event", plain)
          .isTrue();
    }
  }

  @Test
  void row_ofAKindThatIsNotKnown_isNotGuessed() {
    byte[] fromLater = {(byte) 0xA2, 0x06, 0}; // Field 100, empty.

    assertThatThrownBy(() -> serializer.fromBinary(fromLater, "longtake.v1.StoryEvent"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("newer version");
    assertThatThrownBy(() -> serializer.fromBinary(fromLater, "longtake.v1.CatalogEvent"))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void row_thatIsDamagedOrOfAnotherForm_isRefused() {
    byte[] valid = serializer.toBinary(samples().getFirst().event());

    assertThatThrownBy(
            () ->
                serializer.fromBinary(
                    Arrays.copyOf(valid, valid.length / 2), "longtake.v1.StoryEvent"))
        .isInstanceOf(NotSerializableException.class);
    assertThatThrownBy(() -> serializer.fromBinary(valid, "another"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("found another");
    assertThatThrownBy(() -> serializer.toBinary("text"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** An event of a later version stops its reader where it says something; a snapshot always. */
  @Test
  void snapshot_withAPartThatIsNotKnown_isRefusedHoweverDeepItIs() throws Exception {
    StoryProgress story = (StoryProgress) JournalSamples.snapshots().getLast().event();
    var message = StorySnapshot.parseFrom(serializer.toBinary(story));
    var later = UnknownFieldSet.newBuilder().mergeVarintField(100, 1).build();
    StorySnapshot.Builder deep = message.toBuilder();
    deep.getShotsBuilder(0).getChunksBuilder(0).setUnknownFields(later);

    for (StorySnapshot unreadable :
        List.of(message.toBuilder().setUnknownFields(later).build(), deep.build())) {
      try (var lines = new LogLines()) {
        assertThatThrownBy(
                () -> serializer.fromBinary(unreadable.toByteArray(), "longtake.v1.StorySnapshot"))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("newer version");
        assertThat(lines.texts())
            .singleElement()
            .asString()
            .contains("WARN story=story-1 a snapshot of", "all events are read instead");
      }
    }
  }

  @Test
  void snapshot_ofAStoryWithOtherShotsThanItsPlan_isRefused() throws Exception {
    StoryProgress story = (StoryProgress) JournalSamples.snapshots().getLast().event();
    var message = StorySnapshot.parseFrom(serializer.toBinary(story)).toBuilder().removeShots(0);

    assertThatThrownBy(
            () -> serializer.fromBinary(message.build().toByteArray(), "longtake.v1.StorySnapshot"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("of the plan");
  }

  @Test
  void row_withAnErrorCodeThatIsNotKnown_isRefused() {
    byte[] row =
        dev.longtake.wire.v1.StoryEvent.newBuilder()
            .setFailed(
                dev.longtake.wire.v1.StoryEvent.Failed.newBuilder().setErrorCode("FROM_LATER"))
            .build()
            .toByteArray();

    assertThatThrownBy(() -> serializer.fromBinary(row, "longtake.v1.StoryEvent"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("FROM_LATER");
  }
}
