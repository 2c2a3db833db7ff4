package dev.longtake.coordinator.story;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.longtake.story.Transition;

/**
 * Teaches the journal's serializer the sealed types of {@code shared}, which know nothing of it.
 * Named in {@code pekko.conf}; the names below are a file format.
 */
public final class JournalModule extends SimpleModule {

  public JournalModule() {
    super("longtake-journal");
    setMixInAnnotation(Transition.class, TransitionForm.class);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Transition.Cut.class, name = "cut"),
    @JsonSubTypes.Type(value = Transition.Dissolve.class, name = "dissolve"),
    @JsonSubTypes.Type(value = Transition.Fade.class, name = "fade")
  })
  private interface TransitionForm {}
}
