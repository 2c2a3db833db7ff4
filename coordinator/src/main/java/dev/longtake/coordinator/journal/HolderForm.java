package dev.longtake.coordinator.journal;

import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.wire.v1.StoryEvent.Holder;

/** Who holds work, and that they were lost, as the journal holds it, both ways. */
final class HolderForm {

  private HolderForm() {}

  static Holder.Builder form(WorkerKey worker) {
    return Holder.newBuilder().setWorkerId(worker.workerId()).setBootId(worker.bootId());
  }

  static WorkerKey worker(Holder message) {
    return new WorkerKey(message.getWorkerId(), message.getBootId());
  }

  static dev.longtake.wire.v1.StoryEvent.HolderLost.Builder form(HolderLost event) {
    return dev.longtake.wire.v1.StoryEvent.HolderLost.newBuilder()
        .setShotIndex(event.shotIndex())
        .setKind(Words.form(event.kind()))
        .addAllIndexes(event.indexes());
  }

  static HolderLost lost(dev.longtake.wire.v1.StoryEvent.HolderLost message) {
    return new HolderLost(
        message.getShotIndex(), Words.kind(message.getKind()), message.getIndexesList());
  }
}
