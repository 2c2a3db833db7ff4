package dev.longtake.coordinator.notify;

import dev.longtake.words.Word;

/** What others can be told of. The words are part of what they are sent. */
enum Occasion implements Word {
  STORY_SUCCEEDED,
  STORY_FAILED,
  STORY_CANCELLED,
  WORKER_QUARANTINED
}
